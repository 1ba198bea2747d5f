"""What can be made from a track, as a menu: three verbs with a line of help, then the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tracks.domain.statuses import TrackStatus
from tracks.domain.updates import TrackKind
from tracks.models import Track
from tracks.presentation.offers import Offer, offers_for, offers_to_sing


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the menu. ``help``: what it does, in a few words; ``url``: of the form that orders it."""

    name: str
    help: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Making:
    verbs: list[MenuEntry]
    rest: list[MenuEntry]

    def __bool__(self) -> bool:
        return bool(self.verbs or self.rest)


@dataclass(frozen=True, slots=True)
class _Verb:
    """``operations``: the names that providers have for it, the one to prefer first."""

    name: str
    help: str
    icon: str
    operations: tuple[str, ...]


_VERBS = (
    _Verb("Extend", "go on from any moment", "extend", ("extend", "upload-extend")),
    _Verb("Replace a section", "6 to 60 s, blended in", "replace", ("replace-section",)),
    _Verb("Cover", "same song, another style or voice", "cover", ("upload-cover", "generate")),
)
_ICONS = {
    "stems": "stems",
    "vocal-removal": "stems",
    "add-vocals": "mic",
    "add-instrumental": "wave",
    "wav": "file",
    "cover-image": "grid",
    "video": "play",
}


def making(track: Track) -> Making:
    """Empty where the track is not finished, or nothing can be made from such a one."""
    if track.kind == TrackKind.LYRICS and track.status == TrackStatus.READY:
        return Making([_sing(offer, track) for offer in offers_to_sing()], _again(track))
    offers = offers_for(track)
    taken = [(verb, offer) for verb in _VERBS if (offer := _first(verb.operations, offers))]
    used = [offer for _, offer in taken]
    rest = [_plain(offer, track, offers) for offer in offers if offer not in used]
    return Making([_verb(verb, offer, track) for verb, offer in taken], [*rest, *_again(track)])


def _first(names: Iterable[str], offers: Sequence[Offer]) -> Offer | None:
    """Of the offers, which begin with those of the track's own provider, the first of the first name."""
    own = offers[0].provider if offers else None
    for only_own in (True, False):
        for name in names:
            for offer in offers:
                if offer.operation.name == name and (not only_own or offer.provider is own):
                    return offer
    return None


def _verb(verb: _Verb, offer: Offer, track: Track) -> MenuEntry:
    by = "" if offer.provider.name == track.provider else f", by {offer.provider.label}"
    return MenuEntry(verb.name, verb.help + by, verb.icon, _address(offer, source=track.pk))


def _plain(offer: Offer, track: Track, offers: Sequence[Offer]) -> MenuEntry:
    """Named with its provider where that is another one, or where two providers offer the same."""
    operation = offer.operation
    name = operation.label if operation.needs_source else f"{operation.label} from this recording"
    same = [one for one in offers if one.operation.label == operation.label]
    if offer.provider.name != track.provider or len(same) > 1:
        name = f"{name}, {offer.provider.label}"
    icon = _ICONS.get(operation.name, "wand")
    return MenuEntry(name, operation.summary, icon, _address(offer, source=track.pk))


def _sing(offer: Offer, track: Track) -> MenuEntry:
    help = "a song with these words"
    return MenuEntry(f"Sing it, {offer.provider.label}", help, "mic", _address(offer, words=track.pk))


def _again(track: Track) -> list[MenuEntry]:
    url = f"{reverse('new-task')}?{urlencode({'like': track.task_id})}"
    return [MenuEntry("Order again with changes", "The same form, filled in", "undo", url)]


def _address(offer: Offer, **source: int) -> str:
    names = {"provider": offer.provider.name, "operation": offer.operation.name}
    return f"{reverse('new-task')}?{urlencode(names | source)}"
