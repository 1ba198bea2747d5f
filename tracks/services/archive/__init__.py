"""The archive: fetching files, doubting them, taking them out of archives, and keeping them."""
