"""The probe: what a fetched file is, and whether it is whole. Decoders run in a child process."""
