"""Sending tasks to a provider."""
