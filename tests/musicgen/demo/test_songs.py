"""The demo's orders are ones that the providers take, and the simulator plays the song that was meant."""

from __future__ import annotations

import pytest

from musicgen.demo.songs import FIRST_ORDERS, FOLLOW_UPS, LATER_ORDERS, REVIEWS, Order
from musicgen.simulator.music.repertoire import REPERTOIRE
from musicgen.simulator.music.songbook import hinted
from tracks import providers
from tracks.services.submission.sources import prepare

ORDERS = (*FIRST_ORDERS, *LATER_ORDERS)
MEANT = {
    "harbour": "Harbour Lamps",
    "lanterns": "Paper Lanterns",
    "rain street": "雨后的街",
    "elevator": "Glass Elevator",
    "bell": "Harbour Bell at Dawn",
    "tram": "Midnight Tram",
    "window": "אור בחלון",
    "marmalade": "The Long and Slightly Improbable Voyage of the Good Ship Marmalade",
    "ticket": "冬の切符",
    "oh": "Oh",
    "rain piano": "Rain, Unhurried",
    "train": "First Train, Running",
    "lamplight": "Lamplight Arithmetic",
    "cups": "Two Old Cups",
}


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_an_order_has_no_problem_and_means_one_song(order: Order) -> None:
    declared = providers.get(order.provider).operations[order.operation]
    assert list(prepare(order.provider, declared, order.params, None).problems) == []
    texts = " ".join(
        value for name, value in order.params.items() if isinstance(value, str) and name != "title"
    )
    song = hinted(texts, REPERTOIRE)
    assert song
    assert song.title == MEANT[order.name]


def test_what_follows_belongs_to_an_order() -> None:
    names = {order.name for order in ORDERS}
    assert len(names) == len(ORDERS)
    assert {later.source for later in (*FOLLOW_UPS, *REVIEWS)} <= names
