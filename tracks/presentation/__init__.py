"""Turns rows into labels, texts and drawings for pages and the admin; writes nothing."""
