"""Names that people give: to playlists, tags and saved searches; two that look the same are the same."""

from __future__ import annotations

import unicodedata


def tidy_name(text: str) -> str:
    """The name as it is stored and shown: composed, without invisible characters, single spaces inside."""
    seen = "".join(char if unicodedata.category(char) not in ("Cc", "Cs", "Cn") else " " for char in text)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def name_key(text: str) -> str:
    """What makes a name unique: case, width and invisible characters do not count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return tidy_name("".join(char for char in folded if unicodedata.category(char) != "Cf"))


def name_problem(text: str, max_length: int) -> str:
    """What is wrong with a name, as a sentence; blank where nothing is. Lengths in characters."""
    name, key = tidy_name(text), name_key(text)
    if not key:
        return "A name needs a letter, a digit or another visible character."
    if (length := max(len(name), len(key))) > max_length:
        return f"The name has {length} characters; at most {max_length} are allowed."
    return ""
