"""Songs to take along: names for their files, a playlist for players, and a ZIP of all as a stream."""
