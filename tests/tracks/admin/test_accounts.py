"""Accounts and the catalogue in the admin: read-only rows with two actions, a list that staff may edit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.support.admin_rows import change_url, list_url, listed, messages_of, page
from tests.support.clients import MayOnly
from tests.support.factories import make_account
from tracks.models import Account, CatalogueEntry
from tracks.services import catalogue

pytestmark = pytest.mark.django_db
ACCOUNTS, ENTRIES = "tracks_account", "tracks_catalogueentry"


def press(client: Client, action: str, *rows: Any, model: str = ACCOUNTS) -> Any:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(list_url(model), chosen)


# --- Accounts ---------------------------------------------------------------------------------------------
def test_an_account_shows_its_state_and_no_key(boss: Client) -> None:
    now = timezone.now()
    row = make_account(
        failures=6,
        opened_at=now - timedelta(minutes=9),
        opened_until=now + timedelta(minutes=1),
        opened_because="Suno answered HTTP 502.",
        balance="776.5600",
        balance_unit="credits",
        balance_error="No access.",
        recent=[[now.timestamp(), "poll"]],
    )
    for text in (page(boss.get(list_url(ACCOUNTS))), page(boss.get(change_url(row)))):
        assert "not answering" in text
        assert "776.56 credits" in text
        assert django_settings.SUNO_API_KEY not in text
    text = page(boss.get(change_url(row)))
    assert "Suno answered HTTP 502." in text
    assert "No access." in text
    assert 'href="/providers/#suno"' in text


def test_an_account_of_another_key_is_shown_as_not_in_use(boss: Client) -> None:
    row = make_account(account="0123456789ab", opened_until=timezone.now())
    assert "not in use" in page(boss.get(change_url(row)))


def test_an_account_of_a_provider_that_is_gone_can_be_looked_at(boss: Client) -> None:
    row = make_account(provider="suno", account="ab")
    Account.objects.update(provider="gone")
    assert "not in use" in page(boss.get(change_url(row)))
    assert "key is not the one in use" in messages_of(press(boss, "check_balance", row))[0]


def test_nobody_makes_changes_or_deletes_accounts(boss: Client) -> None:
    row = make_account()
    assert boss.get(reverse(f"admin:{ACCOUNTS}_add")).status_code == 403
    assert boss.post(change_url(row), {"failures": 0}).status_code == 403
    assert boss.post(change_url(row).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_a_person_ends_what_holds_requests_back(boss: Client) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    row = make_account(
        version=7,
        failures=6,
        opened_at=soon,
        opened_until=soon,
        opened_because="502",
        paused_until=soon,
        paused_because="430",
        parallel_most=3,
        full_until=soon,
    )
    assert messages_of(press(boss, "resume", row)) == ["success: Requests go out again: Suno."]
    row.refresh_from_db()
    held = (row.opened_at, row.opened_until, row.paused_until, row.full_until, row.parallel_most)
    assert held == (None,) * 5
    assert (row.version, row.failures, row.opened_because, row.paused_because) == (8, 0, "", "")


def test_where_nothing_is_held_back_nothing_changes(boss: Client) -> None:
    row = make_account(paused_until=timezone.now() - timedelta(minutes=5), failures=2)
    assert messages_of(press(boss, "resume", row)) == ["info: Nothing was held back."]
    row.refresh_from_db()
    assert (row.version, row.failures) == (0, 2)


def test_the_balance_can_be_checked_now(boss: Client) -> None:
    later = timezone.now() + timedelta(minutes=9)
    row = make_account(balance_due_at=later)
    assert messages_of(press(boss, "check_balance", row)) == [
        "success: Suno: a worker checks the balance next."
    ]
    row.refresh_from_db()
    assert row.balance_due_at
    assert row.balance_due_at < later


def test_the_buttons_stand_on_the_rows_page(boss: Client) -> None:
    row = make_account(opened_until=timezone.now())
    assert "End the pause and try again now" in page(boss.get(change_url(row)))
    answer = boss.post(
        list_url(ACCOUNTS), {"action": "resume", "_selected_action": [row.pk], "back_to_row": row.pk}
    )
    assert answer["Location"] == change_url(row)


@pytest.mark.parametrize("action", ["resume", "check_balance"])
def test_looking_allows_no_button(may_only: MayOnly, action: str) -> None:
    later = timezone.now() + timedelta(minutes=9)
    row = make_account(opened_until=later, balance_due_at=later)
    client = may_only("view_account")
    assert action not in page(client.get(list_url(ACCOUNTS)))
    press(client, action, row)
    row.refresh_from_db()
    assert (row.opened_until, row.balance_due_at) == (later, later)


# --- Models and voices ------------------------------------------------------------------------------------
def entry(**over: Any) -> CatalogueEntry:
    return CatalogueEntry.objects.create(**{"provider": "suno", "kind": "model", "name": "V5"} | over)


def form(**over: Any) -> dict[str, Any]:
    values = {"provider": "suno", "kind": "model", "name": "V5", "label": "", "position": 0}
    return values | {"operations": [], "is_listed": "on"} | over


def test_a_person_adds_one_of_their_own(boss: Client) -> None:
    values = form(provider="tempolor", kind="voice", name=" SV000013 ", label="Mina", operations=["generate"])
    assert boss.post(reverse(f"admin:{ENTRIES}_add"), values).status_code == 302
    row = CatalogueEntry.objects.get()
    assert (row.name, row.label, row.operations) == ("SV000013", "Mina", ["generate"])
    assert (row.is_default, row.is_edited, row.is_listed) == (False, False, True)


def test_a_changed_default_entry_is_not_refreshed(boss: Client) -> None:
    catalogue.refresh("suno")
    row = CatalogueEntry.objects.get(provider="suno", name="V5")
    boss.post(change_url(row), form(label="Ours", position=row.position))
    row.refresh_from_db()
    assert (row.label, row.is_edited, row.is_default) == ("Ours", True, True)
    assert str(catalogue.refresh("suno")) == "nothing new"


def test_saving_without_a_change_edits_nothing(boss: Client) -> None:
    row = entry(is_default=True)
    boss.post(change_url(row), form())
    row.refresh_from_db()
    assert not row.is_edited


def test_unticking_gives_it_back_to_the_list(boss: Client) -> None:
    catalogue.refresh("suno")
    row = CatalogueEntry.objects.get(provider="suno", name="V5")
    CatalogueEntry.objects.filter(pk=row.pk).update(label="Ours", is_edited=True)
    boss.post(change_url(row), form(label="Ours", position=row.position))
    row.refresh_from_db()
    assert not row.is_edited
    assert catalogue.refresh("suno").updated == ["V5"]


@pytest.mark.parametrize(
    "over",
    [
        {"provider": "nobody"},
        {"provider": ""},
        {"kind": "key"},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "V\x005"},
        {"name": "V4"},
        {"label": "x" * 201},
        {"position": -1},
        {"position": "x"},
        {"operations": ["no-such"]},
        {"operations": ["stems"]},
    ],
)
def test_a_bad_entry_is_refused_in_the_form(boss: Client, over: dict[str, Any]) -> None:
    entry(name="V4")
    answer = boss.post(reverse(f"admin:{ENTRIES}_add"), form(**over))
    assert "errorlist" in page(answer)
    assert CatalogueEntry.objects.count() == 1


def test_ones_own_can_be_deleted_and_default_ones_cannot(boss: Client) -> None:
    mine, ours = entry(name="Mine"), entry(name="Ours", is_default=True)
    for row in (mine, ours):
        boss.post(change_url(row).replace("/change/", "/delete/"), {"post": "yes"})
    press(boss, "delete_selected", ours, model=ENTRIES)
    boss.post(list_url(ENTRIES), {"action": "delete_selected", "_selected_action": [ours.pk], "post": "yes"})
    assert list(CatalogueEntry.objects.values_list("name", flat=True)) == ["Ours"]


def test_a_refresh_brings_all_of_the_chosen_providers(boss: Client) -> None:
    [message] = messages_of(press(boss, "refresh", entry(name="Mine"), model=ENTRIES))
    assert message.startswith("success: Suno: added: V5_5, V5, ")
    assert not CatalogueEntry.objects.filter(provider="tempolor").exists()


def test_an_entry_of_a_provider_that_is_gone_is_left_alone(boss: Client) -> None:
    row = entry(provider="gone")
    assert messages_of(press(boss, "refresh", row, model=ENTRIES)) == []
    page(boss.get(change_url(row)))


def test_looking_allows_no_refresh(may_only: MayOnly) -> None:
    client, row = may_only("view_catalogueentry"), entry(name="Mine")
    assert "Refresh from the default list" not in page(client.get(list_url(ENTRIES)))
    press(client, "refresh", row, model=ENTRIES)
    assert CatalogueEntry.objects.count() == 1


def test_entries_are_found_by_provider_kind_and_name(boss: Client) -> None:
    suno = entry()
    voice = entry(provider="tempolor", kind="voice", name="SV000013", label="Mina")
    assert listed(boss.get(list_url(ENTRIES, "provider=suno"))) == [suno.pk]
    assert listed(boss.get(list_url(ENTRIES, "kind=voice"))) == [voice.pk]
    assert listed(boss.get(list_url(ENTRIES, "q=mina"))) == [voice.pk]
