"""The rules and the values they work on. Pure: no database, no clock, no provider."""
