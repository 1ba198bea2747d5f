"""The simulated Suno API, in both dialects."""
