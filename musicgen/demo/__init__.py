"""`make demo`: the whole product, with a few songs."""
