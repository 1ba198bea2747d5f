"""Submitting tasks to a provider."""
