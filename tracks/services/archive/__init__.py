"""Archiving: fetching files, verifying them, extracting members of ZIPs, and the outcome of each try."""
