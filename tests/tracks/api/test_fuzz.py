"""Whatever is sent to any address: never a 500, and every refusal in the one shape."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tests.support.examples import examples
from tests.support.factories import make_asset, make_lines, make_task, make_track
from tracks import providers
from tracks.domain.statuses import TaskStatus
from tracks.models import Playlist, Task, Track

pytestmark = pytest.mark.django_db

often = examples(300, HealthCheck.function_scoped_fixture, HealthCheck.too_slow)

# Half of a surrogate pair, NUL and all that Unicode has.
anything = st.text(st.characters(exclude_categories=[]), max_size=20)
numbers = st.integers(-(2**70), 2**70) | st.floats() | st.just(10**400)
values = st.recursive(
    st.none() | st.booleans() | numbers | anything | st.just("x" * 30_000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=8,
)


def known_params() -> list[str]:
    operations = [one for provider in providers.registered().values() for one in provider.operations.values()]
    return sorted({field.name for operation in operations for field in operation.fields})


def known_operations() -> list[str]:
    return sorted({name for provider in providers.registered().values() for name in provider.operations})


params = st.dictionaries(st.sampled_from(known_params()) | anything, values, max_size=6) | values
lyric_lines = st.fixed_dictionaries(
    {"kind": st.just("line"), "text": anything},
    optional={"start": st.integers(-1, 9) | values, "end": st.integers(-1, 9) | values, "words": values},
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "provider": st.sampled_from(list(providers.REGISTRY)) | values,
        "operation": st.sampled_from(known_operations()) | values,
        "params": params,
        "source_track": st.just("TRACK_ID") | values,
        **dict.fromkeys(("title", "review", "rating", "notes", "external_id", "resend", "abandon"), values),
        **dict.fromkeys(("tags", "name", "description", "query", "ids", "at", "to"), values),
        "lines": st.lists(lyric_lines, max_size=3) | values,
        **dict.fromkeys(("based_on", "version"), st.just("provider") | values),
        **dict.fromkeys(("note", "lyrics_offset"), values),
        "other": values,
    },
)
lyric_bodies = st.fixed_dictionaries(
    {"lines": st.lists(lyric_lines, max_size=3), "based_on": st.just("provider")}, optional={"note": values}
)
encoded = (bodies | values).map(json.dumps).map(str.encode) | st.binary(max_size=200)

words = st.sampled_from(
    ["", "0", "1", "-1", "201", "suno", "song", "all", "running", "new", "-duration", "2026-01-01", "9" * 30]
)
raw = st.binary(max_size=30).map(quote) | anything.map(lambda text: quote(text, errors="replace")) | words
names = st.sampled_from(
    [
        *(
            "provider",
            "operation",
            "status",
            "origin",
            "external_id",
            "q",
            "style",
            "model",
            "review",
            "kind",
        ),
        *("created_after", "created_before", "ordering", "cursor", "page_size", "after", "format", "words"),
        *("label", "download", "lang", "version"),
        *("tag", "playlist", "rating", "flag", "no_flag", "since"),
    ]
)
queries = st.lists(st.tuples(names, raw), max_size=4).map(
    lambda pairs: "&".join(f"{n}={v}" for n, v in pairs)
)

ids = st.sampled_from(["TASK", "TRACK", "0", "99999999999999999999", "9" * 4400]) | raw
addresses = st.one_of(
    st.sampled_from(
        ["tasks/", "tracks/", "events/", "providers/", "schema/", "docs/", "playlists/", "tags/", "searches/"]
    ),
    st.tuples(ids, st.sampled_from(["", "refresh/", "settle/"])).map(lambda at: f"tasks/{at[0]}/{at[1]}"),
    st.tuples(
        ids,
        st.sampled_from(
            [
                *("/", "/archive/", "/family/", "/compare/TRACK/"),
                *("/lyrics.json", "/lyrics.lrc", "/lyrics.txt"),
                *("/lyrics/", "/lyrics/lint/", "/lyrics/restore/", "/lyrics/versions/"),
            ]
        ),
    ).map(lambda at: f"tracks/{at[0]}{at[1]}"),
    st.tuples(ids, st.sampled_from(["audio", "stem"]) | raw).map(lambda at: f"tracks/{at[0]}/media/{at[1]}"),
    st.tuples(ids, raw).map(lambda at: f"tracks/{at[0]}/lyrics.{at[1]}"),
    st.tuples(ids, raw).map(lambda at: f"tracks/{at[0]}/lyrics/versions/{at[1]}/"),
    raw.map(lambda name: f"providers/{name}/"),
    st.tuples(ids, st.sampled_from(["", "tracks/", "tracks/TRACK/", "export.zip", "export.m3u8"]) | raw).map(
        lambda at: f"playlists/{at[0]}/{at[1]}"
    ),
    st.lists(raw, max_size=4).map("/".join),
)
header = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=300)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Idempotency-Key": header,
        "Accept": header | st.sampled_from(["*/*", "text/html", "application/yaml"]),
        "Range": header | st.sampled_from(["bytes=0-", "bytes=-1", "bytes=9-1"]),
        "Authorization": header,
    },
)


# The addresses that take a body, and how it is sent.
TAKING = {
    "tasks/": "POST",
    "tasks/TASK/settle/": "POST",
    "tracks/TRACK/": "PATCH",
    "tracks/TRACK/lyrics/": "PUT",
    "tracks/TRACK/lyrics/restore/": "POST",
    "playlists/": "POST",
    "playlists/1/tracks/": "POST",
    "searches/": "POST",
    "tracks/bulk/": "POST",
}


@pytest.fixture
def things(db: None, admin_user: User) -> tuple[APIClient, Task, Track]:
    """A client, and a task and a track with something of everything."""
    task = make_task(status=TaskStatus.UNSURE, external_id="")
    track = make_track(task)
    make_lines(track, "verse", ("la", 0, 10))
    Playlist.objects.create(pk=1, name="Drive", key="drive")
    for label in ("bass", "drums"):
        make_asset(track, kind="stem", label=label)
    client = APIClient(raise_request_exception=False)
    client.force_login(admin_user)
    return client, task, track


def is_answered_properly(answer: Any, method: str, address: str) -> None:
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400 and method != "HEAD" and address != "docs/":
        refusal(answer, answer.status_code)


@often
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]),
    address=addresses,
    query=queries,
    body=encoded,
    kind=st.sampled_from(["application/json", "application/json; charset=zlib", "text/plain", ""]) | header,
    sent=headers,
)
def test_any_request(
    things: Any, method: str, address: str, query: str, body: bytes, kind: str, sent: dict[str, str]
) -> None:
    client, task, track = things
    address = address.replace("TASK", str(task.pk)).replace("TRACK", str(track.pk))
    question = f"?{query}" if query and "charset" not in kind else ""
    answer = client.generic(method, f"/api/v1/{address}{question}", body, kind, headers=sent)
    is_answered_properly(answer, method, address)


@often
@given(
    address=st.sampled_from(["tasks/", "tracks/", "events/", "playlists/", "tags/", "searches/"]),
    query=queries,
)
def test_any_question(things: Any, address: str, query: str) -> None:
    client, _, _ = things
    is_answered_properly(client.get(f"/api/v1/{address}?{query}"), "GET", address)


@often
@given(body=bodies | lyric_bodies, place=st.sampled_from(sorted(TAKING)), sent=headers)
def test_any_body(things: Any, body: Any, place: str, sent: dict[str, str]) -> None:
    client, task, track = things
    method = TAKING[place]
    address = place.replace("TASK", str(task.pk)).replace("TRACK", str(track.pk))
    text = json.dumps(body).replace('"TRACK_ID"', str(track.pk)).encode()
    key = {name: value for name, value in sent.items() if name == "Idempotency-Key"}
    answer = client.generic(method, f"/api/v1/{address}", text, "application/json", headers=key)
    is_answered_properly(answer, method, address)


@often
@given(provider=st.sampled_from(list(providers.REGISTRY)), data=st.data())
def test_any_params_of_a_real_operation(things: Any, provider: str, data: st.DataObject) -> None:
    client, _, _ = things
    operation = data.draw(st.sampled_from(list(providers.get(provider).operations.values())))
    optional = {field.name: values for field in operation.fields}
    params = data.draw(st.fixed_dictionaries({}, optional=optional))
    body = {"provider": provider, "operation": operation.name, "params": params}
    answer = client.generic("POST", "/api/v1/tasks/", json.dumps(body).encode(), "application/json")
    is_answered_properly(answer, "POST", "tasks/")
