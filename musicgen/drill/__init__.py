"""`manage.py drill`: everything that can go wrong with the providers, all at once."""
