"""Taking in what sources say: routing, recording, folding, writing the differences."""
