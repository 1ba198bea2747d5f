"""Reads across tables, for pages, API and admin. Nothing here writes."""
