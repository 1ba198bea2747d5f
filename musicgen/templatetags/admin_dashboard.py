"""The admin's frame: its numbers, its navigation, and the words for its tables."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.forms import Media
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from musicgen import admin_groups
from musicgen.admin_dashboard import Number, numbers, waiting
from musicgen.admin_groups import Group, Place
from tracks.admin.formatting import NOTHING, shown_value
from tracks.models import Asset, Task
from tracks.presentation.labels import BAD, OK, QUIET, WARN, file_name, task_words
from tracks.presentation.rail import RailItem, places

register = template.Library()
# They make slugs of titles, which no form of ours has, and are 50 kB of each page.
SLUGS = ("xregexp.min.js", "xregexp.js", "urlify.js", "prepopulate.js")
# jQuery and what needs it; of Django's own scripts a list needs only that of its actions.
OF_FORMS = (*SLUGS, "jquery.min.js", "jquery.js", "jquery.init.js", "RelatedObjectLookups.js", "core.js")
# A cell that begins with a link, after the first one: what a phone shows as the row's title.
LINKED = re.compile(r"<td[^>]*><a ")
HOLDS = re.compile(r"<(img|svg|input)\b")
PAGES = {
    "tracks.track": "Open the song",
    "tracks.task": "Open the task",
    "tracks.account": "Open the provider",
    "tracks.playlist": "Open the playlist",
    "tracks.savedsearch": "Open the search",
    "tracks.tag": "Open the tag",
}


@register.simple_tag(takes_context=True)
def dashboard_numbers(context: dict[str, Any]) -> list[Number]:
    return numbers(context["request"].user)


@register.simple_tag(takes_context=True)
def needs_you(context: dict[str, Any]) -> list[Place]:
    """The lists of what a person must look at, of those that the user may see."""
    return waiting(context["request"])


@register.simple_tag(takes_context=True)
def admin_groups_of(context: dict[str, Any]) -> list[Group]:
    return admin_groups.groups(context.get("available_apps", []), context["request"].path)


@register.simple_tag(takes_context=True)
def site_places(context: dict[str, Any]) -> list[RailItem]:
    return places(context["request"])


@register.filter
def list_name(opts: Any) -> str:
    """What the list of this table is called."""
    plural = str(opts.verbose_name_plural)
    return admin_groups.plain_list_name(opts.label_lower) or plural[:1].upper() + plural[1:]


@register.filter
def row_name(opts: Any) -> str:
    """What one row of this table is called, in lower case."""
    return admin_groups.SINGULARS.get(opts.label_lower, str(opts.verbose_name))


@register.filter
def heading(row: Any) -> str:
    """What a row is called at the head of its page."""
    if isinstance(row, Task):
        return task_words(row)
    if isinstance(row, Asset):
        return file_name(row)
    return str(row.name) if row._meta.label_lower == "django_q.schedule" and row.name else str(row)


@register.filter
def subheading(row: Any) -> str:
    """What kind of row it is, and its id; blank where the heading says that already."""
    words = f"{row_name(row._meta)} {row.pk}"
    return "" if words == heading(row) else words


@register.filter
def labelled(cells: list[SafeString], headers: list[dict[str, Any]]) -> SafeString:
    """The cells of a row of a list, each with its column's name, which a phone shows before it."""
    named = list(map(_named, cells, headers))
    title = next((number for number, cell in enumerate(cells[1:], 1) if LINKED.match(cell)), None)
    if title is not None:
        named[title] = named[title].replace(" class=", " data-title class=", 1)
    return mark_safe("".join(named))  # noqa: S308  # Django's own cells and an escaped name


def _named(cell: str, header: dict[str, Any]) -> str:
    label = strip_tags(str(header["text"])).strip()
    blank = " data-blank" if strip_tags(cell).strip() in ("", NOTHING) and not HOLDS.search(cell) else ""
    return cell.replace(" class=", f' data-label="{escape(label[:1].upper() + label[1:])}"{blank} class=', 1)


@register.filter
def fact(field: Any) -> SafeString | str:
    """What a form shows of a field that cannot be changed there: times and switches as everywhere."""
    name, row = field.field["field"], field.form.instance
    show = shown_value(next((each for each in row._meta.fields if each.name == name), None))
    return show(getattr(row, name)) if show else str(field.contents())


@register.simple_tag(takes_context=True)
def groups_of_app(context: dict[str, Any]) -> list[Group]:
    return admin_groups.groups(context["app_list"], context["request"].path)


@register.filter
def message_tone(level: str) -> str:
    """The tone of a message by its level, as Django names it."""
    return {"error": BAD, "warning": WARN, "success": OK}.get(level, QUIET)


@register.filter
def page_words(opts: Any) -> str:
    """The words on the link to a row's page outside the admin."""
    return PAGES.get(opts.label_lower, "Open its page")


@register.filter
def without_slugs(media: Media) -> SafeString:
    """The styles and scripts of a form, without those for slugs."""
    return _without(media, SLUGS)


@register.filter
def for_list(media: Media) -> SafeString:
    """The styles and scripts of a list, without those for forms."""
    return _without(media, OF_FORMS)


def _without(media: Media, names: tuple[str, ...]) -> SafeString:
    # Django's stubs do not name what its own code reads.
    scripts = [path for path in media._js if not str(path).endswith(names)]  # type: ignore[attr-defined]
    return Media(css=media._css, js=scripts).render()  # type: ignore[attr-defined]
