"""Asking a provider: for results, word timing and balances."""
