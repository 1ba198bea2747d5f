"""No query string ends in a fault of ours anywhere in the admin."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.admin_rows import list_url, make_whole_song
from tests.support.examples import examples

pytestmark = pytest.mark.django_db
MODELS = sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry)
BIG = [
    "0",
    "-1",
    "10000",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "9" * 400,
]
ODD = [
    "",
    "\x00",
    "abc",
    "NaN",
    "Infinity",
    "٣",
    "1_0",
    "(",
    "(a+)+$",
    "[",
    "\\",
    "%",
    "{}",
    "null",
    "None",
    "true",
]
TIMES = [
    "0000-00-00",
    "10000-01-01",
    "2026-02-30",
    "2026-01-01T00:00:00+99:99",
    "-1",
    "0001-01-01",
    "9999-12-31T23:59:59-23:00",
]
LISTS = ["1,2", ",", "a,b", ",".join(["1"] * 1200), "1,\x00"]
VALUES = st.sampled_from([*BIG, *ODD, *TIMES, *LISTS]) | st.text(max_size=20) | st.integers().map(str)
LOOKUPS = [
    *(
        "",
        "exact",
        "iexact",
        "contains",
        "icontains",
        "startswith",
        "regex",
        "iregex",
        "in",
        "range",
        "isnull",
    ),
    *(
        "gt",
        "gte",
        "lt",
        "lte",
        "year",
        "iso_year",
        "month",
        "day",
        "week",
        "week_day",
        "quarter",
        "date",
        "time",
    ),
    *(
        "hour",
        "minute",
        "second",
        "year__gt",
        "date__year",
        "date__gte",
        "year__in",
        "id",
        "pk",
        "id__in",
        "has_key",
    ),
    *("0", "a__b", "contained_by", "len", "search", "nowhere", "_", "__"),
]
OWN = [
    "q",
    "p",
    "o",
    "all",
    "e",
    "_facets",
    "_popup",
    "_to_field",
    "_changelist_filters",
    "_source_model",
    "next",
]


def names_of(model: str) -> st.SearchStrategy[str]:
    """Parameters of the list itself, of its filters and of its fields, with every kind of look-up."""
    found = next(a for m, a in admin.site._registry.items() if m._meta.label_lower.replace(".", "_") == model)
    filters = [getattr(each, "parameter_name", each) for each in found.list_filter]
    fields = [each.name for each in found.model._meta.get_fields()]
    steps = st.lists(st.sampled_from(LOOKUPS), max_size=2)
    looked_up = st.tuples(st.sampled_from([*fields, "pk", "id", "nowhere"]), steps)
    joined = looked_up.map(lambda pair: "__".join([pair[0], *filter(None, pair[1])]))
    return st.sampled_from([*OWN, *map(str, filters)]) | joined


def query_of(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name)}={quote(value, errors='replace')}" for name, value in pairs)


def status_of(client: Client, address: str) -> int:
    # On PostgreSQL a statement that fails ends the transaction, and a test is one.
    with transaction.atomic():
        answer = client.get(address)
        transaction.set_rollback(True)
    return int(answer.status_code)


def strange_queries(model: str) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(names_of(model), VALUES), min_size=1, max_size=3).map(query_of)


@pytest.mark.parametrize("model", MODELS)
def test_any_query_of_a_list_is_answered(boss: Client, model: str) -> None:
    make_whole_song()

    @examples(25, HealthCheck.function_scoped_fixture)
    @given(strange_queries(model))
    def check(query: str) -> None:
        assert status_of(boss, list_url(model, query)) < 500

    check()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("place", ["add", "change", "history", "delete"])
def test_any_query_of_a_form_is_answered(boss: Client, model: str, place: str) -> None:
    make_whole_song()
    row = apps.get_model(model.replace("_", ".", 1) if "django_q" not in model else f"django_q.{model[9:]}")
    found = row._default_manager.first()
    args = [] if place == "add" else [found.pk if found else 1]
    address = reverse(f"admin:{model}_{place}", args=args)

    @examples(5, HealthCheck.function_scoped_fixture)
    @given(strange_queries(model))
    def check(query: str) -> None:
        assert status_of(boss, f"{address}?{query}") < 500

    check()


SITE = ["", "login/", "password_change/", "autocomplete/", "jsi18n/", "tracks/", "nowhere/", "r/1/1/"]


@pytest.mark.parametrize("address", SITE)
def test_any_query_of_the_site_is_answered(boss: Client, address: str) -> None:
    names = [*OWN, "term", "page", "app_label", "model_name", "field_name"]
    good = [("app_label", "tracks"), ("model_name", "task"), ("field_name", "created_by"), ("term", "a")]
    pairs = st.tuples(st.sampled_from(names), VALUES) | st.sampled_from(good)

    @examples(15, HealthCheck.function_scoped_fixture)
    @given(st.lists(pairs, max_size=5).map(query_of))
    def check(query: str) -> None:
        assert status_of(boss, f"/admin/{address}?{query}") < 500

    check()


def test_what_a_filter_offers_is_answered_with_the_list(boss: Client) -> None:
    for query in (
        "is_staff__exact=1",
        "is_superuser__exact=0",
        f"groups__id__exact={Group.objects.create(name='friends').pk}",
    ):
        assert status_of(boss, list_url("auth_user", query)) == 200
    assert status_of(boss, list_url("tracks_track", "review=approved&received=24h")) == 200
    assert status_of(boss, list_url("tracks_asset", "status=failed,expired")) == 200


@pytest.mark.parametrize("model", MODELS)
def test_every_filter_that_a_list_shows_can_be_chosen(boss: Client, model: str) -> None:
    make_whole_song()
    filters = boss.get(list_url(model)).context["cl"].filter_specs
    assert filters or model not in ("tracks_task", "auth_user", "axes_accessattempt")
    for one in filters:
        for choice in one.choices(boss.get(list_url(model)).context["cl"]):
            assert status_of(boss, list_url(model) + choice.get("query_string", "")) == 200


@pytest.mark.parametrize("model", MODELS)
def test_every_link_of_a_list_to_itself_leads_to_the_list(boss: Client, model: str) -> None:
    make_whole_song()
    make_of_libraries()
    page = boss.get(list_url(model)).content.decode()
    links = {html.unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page)}
    assert {status_of(boss, list_url(model) + link) for link in links} <= {200}


def make_of_libraries() -> None:
    """Rows of different years and months."""
    for name in ("AccessAttempt", "AccessLog", "AccessFailureLog"):
        rows = apps.get_model("axes", name).objects
        over = {"failures_since_start": 1} if name == "AccessAttempt" else {}
        for number, day in enumerate(["2025-03-02", "2026-04-05", "2026-05-06"]):
            row = rows.create(username=f"name{number}", **over)
            rows.filter(pk=row.pk).update(attempt_time=f"{day}T10:00Z")


def test_a_list_that_cannot_be_shown_twice_says_so(boss: Client) -> None:
    answer = boss.get(list_url("tracks_task", "status=odd"))
    assert answer["Location"].endswith("?e=1")
    text = boss.get(list_url("tracks_task", "status=odd&e=1")).content.decode()
    assert "asks for values that no row can have" in text


@pytest.mark.parametrize(
    "lookup", ["year", "iso_year", "month", "week", "date", "date__year", "gte", "year__gt"]
)
@pytest.mark.parametrize("field", ["tracks_track:received_at", "tracks_event:at", "auth_user:last_login"])
def test_a_date_that_is_none_is_refused(boss: Client, field: str, lookup: str) -> None:
    model, name = field.split(":")
    make_whole_song()
    answered = {value: status_of(boss, list_url(model, f"{name}__{lookup}={value}")) for value in BIG}
    assert set(answered.values()) <= {302, 400}, answered


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(
    ("model", "column"), [("django_q_schedule", "next_run"), ("axes_accessattempt", "attempt_time")]
)
@pytest.mark.parametrize(
    "value", ["2026-01-01", "2026-01-01 10:00", "2026-01-01 10:00:00+02:00", "soon", "0001-01-01"]
)
def test_a_time_without_a_zone_is_taken_in_ours(boss: Client, model: str, column: str, value: str) -> None:
    for suffix in ("", "__gte", "__lt", "__exact"):
        query = urlencode({f"{column}{suffix}": value})
        assert boss.get(list_url(model, query)).status_code in (200, 302)
