"""Characters that cannot be seen, made visible: a text never looks like another one."""

from __future__ import annotations

import re

# Control characters, lone surrogates (they cannot be sent as UTF-8), and the marks that turn the direction
# of writing, with which a text can look like another (https://trojansource.codes/).
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """The text with each such character as its escape, ``\\u202e``."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
