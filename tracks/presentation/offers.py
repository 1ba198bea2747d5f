"""What can be asked for, as cards: by what it needs, and what can be made from one track."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracks import providers
from tracks.domain.statuses import TrackStatus
from tracks.domain.updates import TrackKind
from tracks.models import Track
from tracks.providers.base import Provider
from tracks.providers.operations import MAKES, Names, Operation
from tracks.services.submission.source_links import is_made_by_link


@dataclass(frozen=True, slots=True)
class Offer:
    provider: Provider
    operation: Operation

    @property
    def makes(self) -> str:
        return MAKES[self.operation.makes]


@dataclass(frozen=True, slots=True)
class Group:
    """Offers that need the same to begin with."""

    name: str
    title: str
    says: str
    offers: list[Offer]


def groups() -> list[Group]:
    """All offers by what they need; within a group songs come first, then lyrics, then files."""
    every = sorted(_every(), key=lambda offer: list(MAKES).index(offer.operation.makes))
    titles = {
        "nothing": ("From nothing", "A description or your own words are enough."),
        "track": ("From a track", "Works on a song that the same provider made."),
        "recording": ("From a recording", "Takes any song here, or a public link to your own recording."),
    }
    found = [
        Group(name, title, says, [offer for offer in every if _need(offer.operation) == name])
        for name, (title, says) in titles.items()
    ]
    return [group for group in found if group.offers]


def from_track(track: Track) -> list[Offer]:
    """What can be made from this track: its own provider's first; nothing from what is no finished song."""
    if track.kind != TrackKind.SONG or track.status != TrackStatus.READY:
        return []
    found = [offer for offer in _every() if _takes(offer, track)]
    return sorted(found, key=lambda offer: offer.provider.name != track.provider)


def _every() -> Iterator[Offer]:
    for provider in providers.registered().values():
        yield from (Offer(provider, operation) for operation in provider.operations.values())


def _need(operation: Operation) -> str:
    if not operation.needs_source:
        return "nothing"
    return "recording" if is_made_by_link(operation) else "track"


def _takes(offer: Offer, track: Track) -> bool:
    is_by_id = any(offer.operation.names(what) for what in (Names.TRACK, Names.TASK))
    return is_made_by_link(offer.operation) or (is_by_id and offer.provider.name == track.provider)
