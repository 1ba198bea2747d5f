"""The operations on offer, as cards: grouped by what they need, and those for one track."""

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
class OfferGroup:
    """Offers that need the same input: nothing, a track, or a recording."""

    name: str
    title: str
    description: str
    offers: list[Offer]


def offer_groups() -> list[OfferGroup]:
    """All offers by what they need; within a group those that make songs first, then lyrics, then files."""
    offers = sorted(_all_offers(), key=lambda offer: list(MAKES).index(offer.operation.makes))
    titles = {
        "nothing": ("From nothing", "A description or your own words are enough."),
        "track": ("From a track", "Works on a song that the same provider made."),
        "recording": ("From a recording", "Takes any song here, or a public link to your own recording."),
    }
    found = [
        OfferGroup(
            name, title, description, [offer for offer in offers if _group_of(offer.operation) == name]
        )
        for name, (title, description) in titles.items()
    ]
    return [group for group in found if group.offers]


def offers_for(track: Track) -> list[Offer]:
    """What can be made from this track, its own provider's first; empty unless it is a finished song."""
    if track.kind != TrackKind.SONG or track.status != TrackStatus.READY:
        return []
    found = [offer for offer in _all_offers() if _accepts(offer, track)]
    return sorted(found, key=lambda offer: offer.provider.name != track.provider)


def _all_offers() -> Iterator[Offer]:
    for provider in providers.registered().values():
        yield from (Offer(provider, operation) for operation in provider.operations.values())


def _group_of(operation: Operation) -> str:
    if not operation.needs_source:
        return "nothing"
    return "recording" if is_made_by_link(operation) else "track"


def _accepts(offer: Offer, track: Track) -> bool:
    is_by_id = any(offer.operation.names(what) for what in (Names.TRACK, Names.TASK))
    return is_made_by_link(offer.operation) or (is_by_id and offer.provider.name == track.provider)
