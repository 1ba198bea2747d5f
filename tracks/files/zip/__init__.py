"""Reads a provider's ZIP file and extracts single members of it, safely."""
