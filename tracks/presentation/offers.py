"""The operations on offer, as cards: grouped by what they need, and those for one track."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tracks import providers
from tracks.domain.statuses import TrackStatus
from tracks.domain.updates import TrackKind
from tracks.models import Track
from tracks.providers.base import Provider
from tracks.providers.operations import MAKES, Names, Operation
from tracks.queries.provider_record import usable_until
from tracks.services.submission.source_links import is_made_by_link


@dataclass(frozen=True, slots=True)
class Offer:
    provider: Provider
    operation: Operation

    @property
    def makes(self) -> str:
        return MAKES[self.operation.makes]


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """How long ``provider`` (its label) keeps its record of a song, and the labels of what needs that."""

    provider: str
    until: datetime
    is_past: bool
    needed_by: list[str]


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
        "track": ("From a song", "Works on a song that the same provider made."),
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


def offers_to_sing() -> list[Offer]:
    """What makes a song from finished words."""
    return [
        offer for offer in _all_offers() if offer.operation.words_field and not offer.operation.needs_source
    ]


def provider_record(track: Track, now: datetime) -> ProviderRecord | None:
    """None where the provider does not say how long it keeps its record of the song."""
    until = usable_until(track)
    if until is None:
        return None
    provider = providers.get(track.provider)
    by_id = [offer.operation.label for offer in offers_for(track) if _is_by_id(offer.operation)]
    return ProviderRecord(provider.label, until, until < now, by_id)


def _all_offers() -> Iterator[Offer]:
    for provider in providers.registered().values():
        yield from (Offer(provider, operation) for operation in provider.operations.values())


def _group_of(operation: Operation) -> str:
    if not operation.needs_source:
        return "nothing"
    return "recording" if is_made_by_link(operation) else "track"


def _accepts(offer: Offer, track: Track) -> bool:
    own = _is_by_id(offer.operation) and offer.provider.name == track.provider
    return is_made_by_link(offer.operation) or own


def _is_by_id(operation: Operation) -> bool:
    return any(operation.names(what) for what in (Names.TRACK, Names.TASK))
