"""Files: fetching, checking, storing and serving them, without any product rule."""
