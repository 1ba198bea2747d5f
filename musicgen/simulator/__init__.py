"""A fake TemPolor and a fake Suno API in one small process, with real audio. See README.md here."""
