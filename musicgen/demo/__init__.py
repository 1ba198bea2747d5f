"""`make demo`: the whole product at work on a few songs."""
