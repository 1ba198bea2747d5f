"""`make demo`: the whole product, with a shelf of songs."""
