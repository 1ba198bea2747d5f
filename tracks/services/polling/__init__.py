"""Requests to a provider beside submits: polls, word timing and balances."""
