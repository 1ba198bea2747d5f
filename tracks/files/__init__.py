"""Bytes: fetching, checking, storing and serving files. Knows no product rule."""
