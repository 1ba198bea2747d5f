"""`manage.py drill`: all that can go wrong with the providers, at once, with a report."""
