"""A posted form that was not taken because its person was logged out: kept in their own browser, signed.

Nothing is stored here, as anybody can post a form. The login page holds it, and gives it back afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from tracks.lib.plain_lines import plain_lines
from tracks.queries.access import is_page

Field = tuple[str, str]
SALT = "musicgen.kept_form"
MAX_AGE = 7 * 86_400  # seconds
# Names and values together, in characters; the longest lyrics and notes are a tenth of it.
MAX_SIZE = 300_000
# What the pages' forms carry beside what a person types.
_TECHNICAL = ("do", "once", "action", "next")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """``path``: of the page of ours that it was posted to, with its query."""

    path: str
    fields: list[Field]

    def typed(self) -> list[Field]:
        """What a person typed or chose, with names for people."""
        told = [(name, value) for name, value in self.fields if value and not _is_technical(name)]
        return [(_in_words(name), plain_lines(value)) for name, value in told]


def keep(request: HttpRequest) -> str:
    """The posted form as signed text; blank where there is none, or it is not to be kept."""
    if request.method != "POST" or not _is_our_page(request.get_full_path()):
        return ""
    fields = _fields(request)
    if not fields or sum(len(name) + len(value) for name, value in fields) > MAX_SIZE:
        return ""
    return signing.dumps([request.get_full_path(), fields], salt=SALT, compress=True)


def read(text: str) -> KeptForm | None:
    """The form of a signed text; None where it is not ours, or too old."""
    try:
        path, fields = signing.loads(text, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return KeptForm(path, [(name, value) for name, value in fields]) if _is_our_page(path) else None


def _fields(request: HttpRequest) -> list[Field]:
    """None of a form that cannot be read, or brings files: half a form is none."""
    try:
        posted, files = request.POST, request.FILES
    except UnreadablePostError:
        return []
    if files:
        return []
    kept = [name for name in posted if name != "csrfmiddlewaretoken" and "password" not in name.lower()]
    return [(name, str(value)) for name in kept for value in posted.getlist(name)]


def _is_our_page(path: str) -> bool:
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return False
    try:
        return is_page(resolve(urlsplit(path).path).func)
    except Resolver404:
        return False


def _is_technical(name: str) -> bool:
    return name in _TECHNICAL or name.startswith("initial-")


def _in_words(name: str) -> str:
    """Without the prefix of the order form's fields."""
    return name.removeprefix("p-").replace("_", " ").capitalize()
