"""A third provider, to prove that one folder and one line in the registry are enough."""
