"""The source track of a task: finds the one that parameters name, and fills in its ids where they lack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from tracks import providers
from tracks.domain.statuses import TrackStatus
from tracks.domain.updates import SENDABLE, TrackKind
from tracks.domain.vocabulary import Vocabulary
from tracks.models import Asset, Origin, Task, Track
from tracks.models.assets import link_key
from tracks.providers.operations import Field, Names, Operation, Problem, SourceFacts
from tracks.services import catalogue
from tracks.services.submission.source_links import NO_AUDIO, has_audio_link, is_made_by_link

Params = Mapping[str, Any]

SOURCE = "source_track"
MAX_ID = 2**63 - 1
_UNKNOWN_MODEL = (
    "The model that made track {track} is not known here, because the song was not requested here, and "
    "{label} goes on only with the same one. {model} is sent as it was chosen. If {label} refuses it, choose "
    "another model."
)
# Stands for the link, which is filled in at the submit, while the parameters are checked.
_PLACEHOLDER_LINK = "https://filled.in.invalid/"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Parameters as they are to be stored, their source track, and all that is wrong with them.

    ``warnings``: sentences on what may go wrong although the task can be submitted.
    """

    params: dict[str, Any]
    source: Track | None
    problems: list[Problem]
    warnings: list[str]


def prepare(provider: str, operation: Operation, requested: Params, chosen: Track | None = None) -> Prepared:
    """The requested parameters, completed from the chosen source track and checked.

    Without a choice the source is the track that the parameters name, if it is one of ours. A problem with
    the choice itself has the field ``source_track``. A link to the audio is not filled in, for it would be
    old by the time of the submit: see :mod:`tracks.services.submission.source_links`.
    """
    named, given = find_source(provider, operation, requested), dict(requested)
    link = operation.names(Names.AUDIO)
    if link and named and chosen in (None, named) and _id_in_our_address(_text(given, link)) is not None:
        chosen = named
        del given[link.name]
    if chosen is None:
        names_track = _text(given, operation.names(Names.TRACK)) != ""
        params = _with_source_ids(operation, given, named) if names_track else given
        problems = operation.problems(params, source_facts(named) if named else None)
    else:
        unfit = [
            *_source_problems(provider, operation, chosen),
            *_contradictions(operation, given, chosen, named),
        ]
        params = given if unfit else _with_source_ids(operation, given, chosen)
        problems = [*unfit, *_declared_problems(operation, params, chosen, bool(unfit))]
    source = chosen or named
    warnings = [] if problems else _warnings(provider, operation, params, source)
    return Prepared(params, source, problems, warnings)


def _warnings(provider: str, operation: Operation, params: Params, source: Track | None) -> list[str]:
    found = catalogue.warnings(provider, operation, params)
    field = next((one for one in operation.fields if one.as_source), None)
    if field is None or source is None or _model_of(source):
        return found
    label = providers.get(provider).label
    return [*found, _UNKNOWN_MODEL.format(track=source.pk, model=params.get(field.name), label=label)]


def find_source(provider: str, operation: Operation, params: Params) -> Track | None:
    """The track of ours that the parameters name: by the provider's id of it or of its task, or by a link."""
    if external_id := _text(params, operation.names(Names.TRACK)):
        songs = Track.objects.filter(~Q(external_id=""), provider=provider, external_id=external_id)
        return songs.filter(kind=TrackKind.SONG).select_related("task").first()
    if external_id := _text(params, operation.names(Names.TASK)):
        tasks = Q(task__provider=provider, task__external_id=external_id) & ~Q(task__external_id="")
        return Track.objects.filter(tasks).select_related("task").order_by("position", "pk").first()
    if url := _text(params, operation.names(Names.AUDIO)):
        return _track_at(url)
    return None


def recent_sources(provider: str, operation: Operation, limit: int = 50) -> QuerySet[Track]:
    """The newest songs that can be the operation's source, as far as their rows show."""
    songs = Track.objects.filter(kind=TrackKind.SONG, status=TrackStatus.READY).order_by("-pk")
    own = songs if is_made_by_link(operation) else songs.filter(provider=provider)
    return own.only("title", "position", "kind", "provider")[:limit]


def source_facts(track: Track) -> SourceFacts:
    """What an operation's checks need to know of the source: its model and its length in milliseconds.

    The length that we measured goes before the one that the provider stated.
    """
    measured = track.assets.filter(kind__in=SENDABLE, duration_ms__isnull=False)
    first = measured.order_by("kind").values_list("duration_ms", flat=True).first()
    return SourceFacts(duration_ms=first or track.duration_ms, model=_model_of(track))


def same_model(operation: Operation, source: Track) -> dict[str, str]:
    """The model that the source was made with, under this operation's field for it; empty if not known."""
    model = _model_of(source)
    field = next((one for one in operation.fields if one.vocabulary is Vocabulary.MODEL), None)
    return {field.name: model} if field and model else {}


def _source_problems(provider: str, operation: Operation, source: Track) -> Iterator[Problem]:
    """Why the track cannot be the operation's source."""
    if reason := _not_a_source(operation, source) or _not_reachable(provider, operation, source):
        yield Problem(SOURCE, "invalid", reason)


def _not_a_source(operation: Operation, source: Track) -> str:
    if not operation.takes_source:
        return f"names a track, but {operation.name} is not made from a track; leave it out."
    if source.kind != TrackKind.SONG:
        return f"names track {source.pk}, which is no song ({source.kind}); choose the song itself."
    if source.status == TrackStatus.FAILED:
        return f"names track {source.pk}, which failed, so nothing can be made from it; choose another take."
    if source.status != TrackStatus.READY:
        return f"names track {source.pk}, which is not finished yet; wait until it is, then send this again."
    return ""


def _not_reachable(provider: str, operation: Operation, source: Track) -> str:
    if is_made_by_link(operation):
        fault = f"names track {source.pk}, whose audio cannot be passed on: {NO_AUDIO}"
        return "" if has_audio_link(source) else fault
    if source.provider != provider:
        maker, here = (providers.get(name).label for name in (source.provider, provider))
        own = f"“{operation.label}” of {here} takes only its own songs. Choose one of those."
        return f"names track {source.pk}, which was made by {maker}; {own}"
    ids = _ids(source)
    if any(operation.names(what) and not ids[what] for what in ids):
        return f"names track {source.pk}, whose id at the provider is not known, so it cannot be named there."
    return ""


def _contradictions(
    operation: Operation, params: Params, source: Track, named: Track | None
) -> Iterator[Problem]:
    """Parameters that name another track, task or recording than the chosen one's."""
    ids = _ids(source)
    for field in operation.fields:
        if field.names is None or field.name not in params:
            continue
        is_same = named == source if field.names is Names.AUDIO else params[field.name] == ids[field.names]
        if not is_same:
            detail = f"names something else than {SOURCE} {source.pk}; leave one of them out."
            yield Problem(field.name, "invalid", detail)


def _declared_problems(
    operation: Operation, params: Params, source: Track, is_unfit: bool
) -> Iterable[Problem]:
    """What the operation's own checks find. Of an unfit source they do not report missing ids as well."""
    link = operation.names(Names.AUDIO) if is_made_by_link(operation) else None
    whole = {link.name: _PLACEHOLDER_LINK, **params} if link else params
    found = operation.problems(whole, source_facts(source))
    filled = {field.name for field in operation.fields if field.names} if is_unfit else set()
    return [problem for problem in found if problem.field not in filled]


def _with_source_ids(operation: Operation, params: Params, source: Track | None) -> dict[str, Any]:
    """The parameters, with the provider's ids of the source where they are left out."""
    if source is None:
        return dict(params)
    named = {what: operation.names(what) for what in (Names.TRACK, Names.TASK)}
    ids = _ids(source)
    filled = {field.name: ids[what] for what, field in named.items() if field and ids[what]}
    return {**filled, **params}


def _ids(source: Track) -> dict[Names, str]:
    return {Names.TRACK: source.external_id, Names.TASK: source.task.external_id}


def _text(params: Params, field: Field | None) -> str:
    """The field's value where it is text that a database can search for; else blank."""
    value = params.get(field.name) if field else None
    return value.strip() if isinstance(value, str) and "\x00" not in value else ""


def _track_at(url: str) -> Track | None:
    """The track that a link leads to: a provider's link to its file, or our address of it or of its file."""
    if (pk := _id_in_our_address(url)) is not None:
        return Track.objects.filter(pk=pk).select_related("task").first() if pk <= MAX_ID else None
    files: QuerySet[Asset] = Asset.objects.filter(~Q(link_key=""), link_key=link_key(url))
    asset = files.select_related("track__task").order_by("pk").first()
    return asset.track if asset else None


_OUR_ADDRESS = re.compile(r"(?:/api/v1)?/tracks/([0-9]{1,19})(?:[/?#]|$)")


def _id_in_our_address(url: str) -> int | None:
    """The id in our own address of a song; None for any other link."""
    # Such an address needs a login, so no provider can fetch it: it stands for the track, and another link is
    # filled in at the submit.
    path = url.removeprefix(settings.PUBLIC_URL)
    found = _OUR_ADDRESS.match(path) if path != url else None
    return int(found[1]) if found else None


def _model_of(track: Track) -> str:
    """The model that made the track, by its name in requests: as we sent it, else as the result names it.

    Blank where that is not known.
    """
    try:
        provider = providers.get(track.provider)
    except providers.UnknownProvider:
        return ""
    return _submitted_model(track.task, provider.operations) or provider.requested_model(track.model)


def _submitted_model(task: Task, operations: Mapping[str, Operation]) -> str:
    # An adopted task was not sent by us: its operation, its parameters and their defaults are only assumed.
    operation = None if task.origin == Origin.ADOPTED else operations.get(task.operation)
    for field in operation.fields if operation else ():
        if field.vocabulary is Vocabulary.MODEL:
            return str(task.params.get(field.name) or field.default or "")
    return ""
