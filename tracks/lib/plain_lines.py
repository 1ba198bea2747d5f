"""One kind of line ends, so that texts are compared and counted as people see them."""

from __future__ import annotations


def plain_lines(text: str) -> str:
    """The text with ``\\n`` as its only line end: browsers send forms with ``\\r\\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
