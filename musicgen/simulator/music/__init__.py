"""The music, covers and stems that the simulator hands out."""
