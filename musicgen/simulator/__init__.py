"""A simulated TemPolor and Suno API in one small process, with real audio. See README.md here."""
