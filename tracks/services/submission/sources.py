"""What a task is made from: finds the track that parameters name, and fills in what they leave out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from tracks import providers
from tracks.domain.statuses import TrackStatus
from tracks.domain.updates import TrackKind
from tracks.domain.vocabulary import Vocabulary
from tracks.models import Asset, Task, Track
from tracks.models.assets import link_key
from tracks.providers.operations import Field, Names, Operation, Problem, SourceFacts
from tracks.services import catalogue
from tracks.services.submission.source_links import HEARD, NO_AUDIO, can_be_heard, is_made_by_link

Params = Mapping[str, Any]

SOURCE = "source_track"
LARGEST_ID = 2**63 - 1
# Stands for the link that is filled in at sending while the parameters are judged.
_STAND_IN = "https://filled.in.invalid/"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Parameters as they are stored, the track that they are made from, and all that is wrong with them.

    ``warnings``: what a person should know although it can be sent.
    """

    params: dict[str, Any]
    source: Track | None
    problems: list[Problem]
    warnings: list[str]


def prepare(provider: str, operation: Operation, asked: Params, chosen: Track | None = None) -> Prepared:
    """The parameters, completed from the track that was chosen, and judged.

    Without a choice the track is the one that the parameters name, if it is one of ours. A problem with the
    choice itself is called ``source_track``. A link to the track's audio is not filled in: it would be old
    by the time it is sent, see :mod:`tracks.services.submission.source_links`.
    """
    named, given = find_source(provider, operation, asked), dict(asked)
    link = operation.names(Names.AUDIO)
    if link and named and chosen in (None, named) and _our_track(_text(asked, link)) is not None:
        chosen = named
        del given[link.name]
    if chosen is None:
        params = _filled(operation, given, named) if _text(given, operation.names(Names.TRACK)) else given
        problems = operation.problems(params, source_facts(named) if named else None)
    else:
        unfit = [*_unfit(provider, operation, chosen), *_contradictions(operation, given, chosen, named)]
        params = given if unfit else _filled(operation, given, chosen)
        problems = [*unfit, *_judged(operation, params, chosen, bool(unfit))]
    warnings = [] if problems else catalogue.warnings(provider, operation, params)
    return Prepared(params, chosen or named, problems, warnings)


def find_source(provider: str, operation: Operation, params: Params) -> Track | None:
    """The track of ours that the parameters name: by its id there, its task's, or the link to its audio."""
    if external_id := _text(params, operation.names(Names.TRACK)):
        songs = Track.objects.filter(~Q(external_id=""), provider=provider, external_id=external_id)
        return songs.filter(kind=TrackKind.SONG).select_related("task").first()
    if external_id := _text(params, operation.names(Names.TASK)):
        tasks = Q(task__provider=provider, task__external_id=external_id) & ~Q(task__external_id="")
        return Track.objects.filter(tasks).select_related("task").order_by("position", "pk").first()
    if url := _text(params, operation.names(Names.AUDIO)):
        return _behind(url)
    return None


def recent(provider: str, operation: Operation, most: int = 50) -> QuerySet[Track]:
    """The latest songs that something of this kind can be made from, as far as their rows tell."""
    songs = Track.objects.filter(kind=TrackKind.SONG, status=TrackStatus.READY).order_by("-pk")
    own = songs if is_made_by_link(operation) else songs.filter(provider=provider)
    return own.only("title", "position", "kind", "provider")[:most]


def source_facts(track: Track) -> SourceFacts:
    """What a declaration may want to know of the track that something is made from.

    The length that we measured counts more than the one that was promised.
    """
    measured = track.assets.filter(kind__in=HEARD, duration_ms__isnull=False)
    first = measured.order_by("kind").values_list("duration_ms", flat=True).first()
    return SourceFacts(duration_ms=first or track.duration_ms, model=_model_asked(track.task))


def same_model(operation: Operation, source: Track) -> dict[str, str]:
    """The model that the source was made with, under this operation's name for it; empty if not known."""
    model = _model_asked(source.task)
    field = next((one for one in operation.fields if one.vocabulary is Vocabulary.MODEL), None)
    return {field.name: model} if field and model else {}


def _unfit(provider: str, operation: Operation, source: Track) -> Iterator[Problem]:
    """Why nothing of this kind can be made from the track, in words."""
    if reason := _not_a_source(operation, source) or _not_reachable(provider, operation, source):
        yield Problem(SOURCE, "invalid", reason)


def _not_a_source(operation: Operation, source: Track) -> str:
    if not operation.takes_source:
        return f"{operation.name} is not made from a track; leave {SOURCE} out."
    if source.kind != TrackKind.SONG:
        return f"Track {source.pk} is no song ({source.kind}); choose the song itself."
    if source.status == TrackStatus.FAILED:
        return f"Track {source.pk} failed, so nothing can be made from it; choose another take."
    if source.status != TrackStatus.READY:
        return f"Track {source.pk} is not finished yet; wait until it is, then send this again."
    return ""


def _not_reachable(provider: str, operation: Operation, source: Track) -> str:
    if is_made_by_link(operation):
        return "" if can_be_heard(source) else f"Track {source.pk} cannot be passed on: {NO_AUDIO}"
    if source.provider != provider:
        maker, here = (providers.get(name).label for name in (source.provider, provider))
        own = f"“{operation.label}” of {here} takes only its own songs. Choose one of those."
        return f"Track {source.pk} was made by {maker}; {own}"
    ids = _ids(source)
    if any(operation.names(what) and not ids[what] for what in ids):
        return f"The provider's id of track {source.pk} is not known here, so it cannot be named to it."
    return ""


def _contradictions(
    operation: Operation, params: Params, source: Track, named: Track | None
) -> Iterator[Problem]:
    """Parameters that name something else than the chosen track."""
    ids = _ids(source)
    for field in operation.fields:
        if field.names is None or field.name not in params:
            continue
        is_same = named == source if field.names is Names.AUDIO else params[field.name] == ids[field.names]
        if not is_same:
            detail = f"{field.name} names something else than {SOURCE} {source.pk}; leave one of them out."
            yield Problem(field.name, "invalid", detail)


def _judged(operation: Operation, params: Params, source: Track, is_unfit: bool) -> Iterable[Problem]:
    """The declaration's judgement; of an unfit source it is not said again that its ids are missing."""
    link = operation.names(Names.AUDIO) if is_made_by_link(operation) else None
    whole = {link.name: _STAND_IN, **params} if link else params
    found = operation.problems(whole, source_facts(source))
    filled = {field.name for field in operation.fields if field.names} if is_unfit else set()
    return [problem for problem in found if problem.field not in filled]


def _filled(operation: Operation, params: Params, source: Track | None) -> dict[str, Any]:
    """With the provider's ids of the source where they are left out."""
    if source is None:
        return dict(params)
    named = {what: operation.names(what) for what in (Names.TRACK, Names.TASK)}
    ids = _ids(source)
    filled = {field.name: ids[what] for what, field in named.items() if field and ids[what]}
    return {**filled, **params}


def _ids(source: Track) -> dict[Names, str]:
    return {Names.TRACK: source.external_id, Names.TASK: source.task.external_id}


def _text(params: Params, field: Field | None) -> str:
    """The field's value where it is text that a database can look for; else blank."""
    value = params.get(field.name) if field else None
    return value.strip() if isinstance(value, str) and "\x00" not in value else ""


def _behind(url: str) -> Track | None:
    """The track whose file is behind a link: a provider's, or our own address of the song or of its file."""
    if (pk := _our_track(url)) is not None:
        return Track.objects.filter(pk=pk).select_related("task").first() if pk <= LARGEST_ID else None
    files: QuerySet[Asset] = Asset.objects.filter(~Q(link_key=""), link_key=link_key(url))
    asset = files.select_related("track__task").order_by("pk").first()
    return asset.track if asset else None


_OURS = re.compile(r"(?:/api/v1)?/tracks/(\d{1,19})(?:[/?#]|$)")


def _our_track(url: str) -> int | None:
    """The id in our own address of a song. It needs a login: so it stands for the track, and is replaced
    when it is sent."""
    path = url.removeprefix(settings.PUBLIC_URL)
    found = _OURS.match(path) if path != url else None
    return int(found[1]) if found else None


def _model_asked(task: Task) -> str:
    """The model that the task was sent with; blank where that is not known."""
    try:
        operation = providers.get(task.provider).operations.get(task.operation)
    except providers.UnknownProvider:
        return ""
    for field in operation.fields if operation else ():
        if field.vocabulary is Vocabulary.MODEL:
            return str(task.params.get(field.name) or field.default or "")
    return ""
