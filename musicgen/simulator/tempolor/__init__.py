"""The simulated TemPolor API."""
