"""Who may do what: a table of every address of pages, API and admin, and the least role that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from tests.support.admin_rows import make_callback, make_whole_song
from tests.support.clients import session_client, token_client
from tests.support.factories import make_account, make_staff, make_superuser, make_task
from tracks.domain.roles import Role
from tracks.models import (
    ApiToken,
    CatalogueEntry,
    Playlist,
    PlaylistEntry,
    SavedSearch,
    Tag,
    Task,
    Track,
    TrackNote,
    TrackTag,
    Worker,
)

pytestmark = pytest.mark.django_db

# In this order each may do all that those before it may. "anyone" has no login, "staff" has no role.
RANKS = ["anyone", "staff", "viewer", "curator", "operator", "admin", "superuser", "nobody"]
SONG = {"provider": "tempolor", "operation": "generate", "params": {"prompt": "x", "model": "TemPolor v4.5"}}


WORDS = {"do": "save", "text": "Hoo"}
SEARCH = {"do": "save", "name": "Slow", "query": "q=slow"}
ORDER = {"p-prompt": "Owls", "p-model": "TemPolor v4.5"}


@dataclass(frozen=True)
class Entry:
    """One request to a route as the resolver spells it, and the least of RANKS that is not refused."""

    route: str
    method: str
    least: str
    body: dict[str, Any] = field(default_factory=dict)
    # The list whose rows it changes, for those who may only; then that is asked instead of the answer.
    changes: str = ""


PAGES = [
    Entry("healthz", "GET", "anyone"),
    Entry("readyz", "GET", "anyone"),
    Entry("favicon.ico", "GET", "anyone"),
    Entry("shared/<str:token>/", "GET", "anyone"),
    Entry("callbacks/<str:provider>/<str:token>/", "GET", "anyone"),
    Entry("callbacks/<str:provider>/<str:token>", "GET", "anyone"),
    Entry("callbacks/<str:provider>/", "GET", "anyone"),
    Entry("callbacks/<str:provider>", "GET", "anyone"),
    Entry("callbacks/", "GET", "anyone"),
    Entry("", "GET", "viewer"),
    Entry("tracks/<int:pk>/", "GET", "viewer"),
    Entry("tracks/<int:pk>/", "POST", "curator", {"do": "review", "title": "Another"}),
    Entry("tracks/<int:pk>/", "POST", "curator", {"do": "note", "text": "x"}),
    Entry("tracks/<int:pk>/", "POST", "curator", {"do": "note-remove", "note": "1"}),
    Entry("tracks/<int:pk>/", "POST", "operator", {"do": "archive"}),
    Entry("tracks/<int:pk>/lyrics/edit/", "GET", "curator"),
    Entry(
        "tracks/<int:pk>/lyrics/edit/",
        "POST",
        "curator",
        {"do": "save", "text": "Hoo"},
        "tracks.lyricversion",
    ),
    Entry("tracks/<int:pk>/lyrics/edit/", "POST", "curator", {"do": "restore", "version": "provider"}),
    Entry("tracks/<int:pk>/player.json", "GET", "viewer"),
    Entry("tracks/<int:pk>/inspector/", "GET", "viewer"),
    Entry("takes/<int:pk>/", "GET", "viewer"),
    Entry("rows/", "GET", "viewer"),
    Entry("changes.json", "GET", "viewer"),
    Entry("tracks/<int:pk>/cover.svg", "GET", "viewer"),
    Entry("tracks/<int:pk>/cover/<int:size>", "GET", "viewer"),
    Entry("tracks/<int:pk>/compare/<int:other>/", "GET", "viewer"),
    Entry("tracks/<int:pk>/compare/<int:other>/", "POST", "curator", {"do": "keep"}),
    Entry("searches/", "POST", "curator", SEARCH, "tracks.savedsearch"),
    Entry("tracks/<int:pk>/", "POST", "curator", {"do": "tags", "tags": "slow"}),
    Entry("tracks/<int:pk>/", "POST", "curator", {"do": "playlist", "name": "Night"}),
    Entry("playlists/", "GET", "viewer"),
    Entry("playlists/", "POST", "curator", {"name": "Night"}, "tracks.playlist"),
    Entry("playlists/<int:pk>/", "GET", "viewer"),
    Entry("playlists/<int:pk>/", "POST", "curator", {"do": "rename", "name": "Another"}, "tracks.playlist"),
    Entry("playlists/<int:pk>/", "POST", "curator", {"do": "move", "to": "1"}),
    Entry("playlists/<int:pk>/", "POST", "curator", {"do": "remove"}),
    Entry("playlists/<int:pk>/", "POST", "curator", {"do": "order", "by": "title"}),
    Entry("playlists/<int:pk>/", "POST", "curator", {"do": "delete"}, "tracks.playlist"),
    Entry("playlists/<int:pk>/changed.json", "GET", "viewer"),
    Entry("tasks/", "GET", "viewer"),
    Entry("tasks/new/", "GET", "operator"),
    Entry("tasks/new/", "POST", "operator", ORDER, "tracks.task"),
    Entry("tasks/<int:pk>/", "GET", "viewer"),
    Entry("tasks/<int:pk>/", "POST", "operator", {"do": "poll"}),
    Entry("tasks/<int:pk>/", "POST", "operator", {"do": "set-id", "external_id": "x"}),
    Entry("tasks/<int:pk>/", "POST", "operator", {"do": "resend"}),
    Entry("tasks/<int:pk>/", "POST", "operator", {"do": "abandon"}),
    Entry("providers/", "GET", "viewer"),
]
API = [
    Entry("api/v1/tasks/", "GET", "viewer"),
    Entry("api/v1/tasks/", "POST", "operator", SONG),
    Entry("api/v1/tasks/<int:pk>/", "GET", "viewer"),
    Entry("api/v1/tasks/<int:pk>/refresh/", "POST", "operator"),
    Entry("api/v1/tasks/<int:pk>/settle/", "POST", "operator", {"abandon": True}),
    Entry("api/v1/tracks/", "GET", "viewer"),
    Entry("api/v1/tracks/bulk/", "POST", "curator", {"ids": [1], "do": "rate", "value": 3}),
    Entry("api/v1/tracks/bulk/", "POST", "operator", {"ids": [1], "do": "archive"}),
    Entry("api/v1/tracks/bulk/", "POST", "operator", {"ids": [1], "do": "stems"}),
    Entry("api/v1/tracks/<int:pk>/", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/", "PATCH", "curator", {"title": "Another"}),
    Entry("api/v1/tracks/<int:pk>/archive/", "POST", "operator"),
    Entry("api/v1/tracks/<int:pk>/notes/", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/notes/", "POST", "curator", {"text": "x"}),
    Entry("api/v1/tracks/<int:pk>/notes/<int:note>/", "DELETE", "curator"),
    Entry("api/v1/tracks/<int:pk>/family/", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/compare/<int:other>/", "GET", "viewer"),
    Entry(
        "api/v1/tracks/<int:pk>/lyrics/",
        "PUT",
        "curator",
        {"lines": [{"kind": "line", "text": "Hoo"}], "based_on": "provider"},
        "tracks.lyricversion",
    ),
    Entry("api/v1/tracks/<int:pk>/lyrics/", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/lyrics/lint/", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/lyrics/lint/", "POST", "viewer", {"lines": []}),
    Entry("api/v1/tracks/<int:pk>/lyrics/restore/", "POST", "curator", {"version": "provider"}),
    Entry("api/v1/tracks/<int:pk>/lyrics/versions/", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/lyrics/versions/<str:version>/", "GET", "viewer"),
    *(
        Entry(f"api/v1/tracks/<int:pk>/lyrics.{format}", "GET", "viewer")
        for format in ("json", "lrc", "srt", "vtt", "ttml", "txt")
    ),
    Entry("api/v1/tracks/<int:pk>/lyrics.<str:format>", "GET", "anyone"),
    Entry("api/v1/tracks/<int:pk>/media/<str:kind>", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/tagged.mp3", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/refused/<str:kind>", "GET", "viewer"),
    Entry("api/v1/playlists/", "GET", "viewer"),
    Entry("api/v1/playlists/", "POST", "curator", {"name": "Night"}, "tracks.playlist"),
    Entry("api/v1/playlists/<int:pk>/", "GET", "viewer"),
    Entry("api/v1/playlists/<int:pk>/", "PATCH", "curator", {"name": "Another"}, "tracks.playlist"),
    Entry("api/v1/playlists/<int:pk>/", "DELETE", "curator", {}, "tracks.playlist"),
    Entry("api/v1/playlists/<int:pk>/tracks/", "GET", "viewer"),
    Entry("api/v1/playlists/<int:pk>/tracks/", "PUT", "curator", {"ids": []}, "tracks.playlistentry"),
    Entry("api/v1/playlists/<int:pk>/tracks/", "POST", "curator", {"ids": []}),
    Entry("api/v1/playlists/<int:pk>/tracks/<int:track>/", "PATCH", "curator", {"to": 0}),
    Entry("api/v1/playlists/<int:pk>/tracks/<int:track>/", "DELETE", "curator", {}, "tracks.playlistentry"),
    Entry("api/v1/playlists/<int:pk>/export.m3u8", "GET", "viewer"),
    Entry("api/v1/playlists/<int:pk>/export.zip", "GET", "viewer"),
    Entry("api/v1/tracks/<int:pk>/export.zip", "GET", "viewer"),
    Entry("api/v1/tracks/export.zip", "GET", "viewer"),
    Entry("api/v1/tracks/export.zip", "POST", "viewer", {"ids": [1]}),
    Entry("api/v1/tags/", "GET", "viewer"),
    Entry("api/v1/searches/", "GET", "viewer"),
    Entry("api/v1/searches/", "POST", "curator", {"name": "Loud", "query": {"q": "a"}}, "tracks.savedsearch"),
    Entry("api/v1/searches/<int:pk>/", "DELETE", "curator", {}, "tracks.savedsearch"),
    Entry("api/v1/providers/", "GET", "viewer"),
    Entry("api/v1/providers/<str:name>/", "GET", "viewer"),
    Entry("api/v1/events/", "GET", "viewer"),
    Entry("api/v1/schema/", "GET", "viewer"),
    Entry("api/v1/", "GET", "anyone"),
    Entry("api/v1/", "POST", "anyone"),
]
# The docs are a page: for people with a session.
DOCS = [Entry("api/v1/docs/", "GET", "viewer")]
SITE = [
    Entry("admin/login/", "GET", "anyone"),
    Entry(r"^admin/[^\0]*\0", "GET", "anyone"),
    Entry("admin/", "GET", "staff"),
    Entry("admin/logout/", "POST", "anyone"),
    Entry("log-in-again/", "POST", "anyone"),
    Entry("admin/password_change/", "GET", "staff"),
    Entry("admin/password_change/", "POST", "staff"),
    Entry("admin/password_change/done/", "GET", "staff"),
    Entry("admin/autocomplete/", "GET", "nobody"),
    Entry("admin/jsi18n/", "GET", "staff"),
    Entry("admin/r/<path:content_type_id>/<path:object_id>/", "GET", "staff"),
    Entry("admin/(?P<app_label>…)/$", "GET", "staff"),
    Entry("admin/(?P<url>.*)$", "GET", "staff"),
    Entry("admin/auth/user/<id>/password/", "GET", "admin"),
    Entry("admin/auth/user/<id>/password/", "POST", "admin"),
]
# For each list of the admin the least role that views, adds, changes and deletes.
LISTS = {
    "auth.user": ("admin", "admin", "admin", "admin"),
    "auth.group": ("admin", "superuser", "superuser", "superuser"),
    "axes.accessattempt": ("admin", "nobody", "superuser", "admin"),
    "axes.accesslog": ("admin", "nobody", "superuser", "superuser"),
    "axes.accessfailurelog": ("admin", "nobody", "superuser", "superuser"),
    "callbacks.callbackevent": ("operator", "nobody", "nobody", "nobody"),
    "django_q.schedule": ("admin", "nobody", "nobody", "nobody"),
    "django_q.success": ("admin", "nobody", "nobody", "nobody"),
    "django_q.failure": ("admin", "nobody", "nobody", "nobody"),
    "django_q.ormq": ("admin", "nobody", "nobody", "nobody"),
    "tracks.account": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.apitoken": ("admin", "admin", "nobody", "admin"),
    "tracks.asset": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.catalogueentry": ("viewer", "operator", "operator", "operator"),
    "tracks.event": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.lyricline": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.playlist": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.tag": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.savedsearch": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.statement": ("operator", "nobody", "nobody", "nobody"),
    "tracks.task": ("viewer", "nobody", "nobody", "nobody"),
    "tracks.track": ("viewer", "nobody", "curator", "nobody"),
    "tracks.worker": ("operator", "nobody", "nobody", "nobody"),
}


# For each action of a list the least role whose selection it works on, and the list whose rows that changes.
ACTIONS = {
    ("callbacks.callbackevent", "process_again"): ("operator", "callbacks.callbackevent"),
    ("callbacks.callbackevent", "adopt"): ("operator", "tracks.task"),
    ("tracks.account", "resume"): ("operator", "tracks.account"),
    ("tracks.account", "check_balance"): ("operator", "tracks.account"),
    ("tracks.catalogueentry", "refresh"): ("operator", "tracks.catalogueentry"),
    ("tracks.task", "poll_now"): ("operator", "tracks.task"),
    ("tracks.track", "archive_now"): ("operator", "tracks.asset"),
    **{
        (label, "delete_selected"): (delete, label)
        for label, (*_, delete) in LISTS.items()
        if delete != "nobody"
    },
}


def action_entries() -> Iterator[Entry]:
    for (label, action), (least, changes) in ACTIONS.items():
        yield Entry(list_route(label), "POST", least, {"action": action, "post": "yes"}, changes)


def list_route(label: str) -> str:
    return f"admin/{label.replace('.', '/')}/"


def list_entries() -> Iterator[Entry]:
    for label, (view, add, change, delete) in LISTS.items():
        base = list_route(label)
        row = f"{base}<path:object_id>/"
        yield Entry(base, "GET", view)
        yield Entry(f"{base}add/", "GET", add)
        yield Entry(f"{base}add/", "POST", add)
        yield Entry(row, "GET", "staff")
        yield Entry(f"{row}history/", "GET", view)
        yield Entry(f"{row}change/", "GET", view)
        yield Entry(f"{row}change/", "POST", change)
        yield Entry(f"{row}delete/", "GET", delete)
        yield Entry(f"{row}delete/", "POST", delete, {"post": "yes"})


ENTRIES = [*PAGES, *API, *DOCS, *SITE, *list_entries(), *action_entries()]


def routes(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        # The admin lists its apps in no fixed order.
        route = before + re.sub(r"\^\(\?P<app_label>[\w|]+\)", "(?P<app_label>…)", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def test_every_address_is_in_the_table() -> None:
    assert {route for route, _ in routes(get_resolver().url_patterns)} == {entry.route for entry in ENTRIES}


def test_every_method_of_the_api_is_in_the_table() -> None:
    known = {(entry.route, entry.method) for entry in ENTRIES}
    for route, callback in routes(get_resolver().url_patterns):
        if hasattr(callback, "cls") and route.startswith("api/v1/") and "nothing" not in route:
            methods = [
                name for name in ("get", "post", "put", "patch", "delete") if hasattr(callback.cls, name)
            ]
            assert {(route, name.upper()) for name in methods} <= known


def test_every_list_of_the_admin_is_in_the_table() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(LISTS)


def test_every_action_of_the_admin_is_in_the_table() -> None:
    request = RequestFactory().get("/admin/")
    request.user = make_superuser()
    known = {
        (model._meta.label_lower, action)
        for model, one in admin.site._registry.items()
        for action in one.get_actions(request)
        if action != "delete_selected" or LISTS[model._meta.label_lower][-1] != "nobody"
    }
    assert known == set(ACTIONS)


def make_rows() -> dict[str, Any]:
    """One row of each kind, by the name of its list; nobody in the table is among them."""
    track = make_whole_song(status="unsure")
    track.task.source_track = track
    tag = Tag.objects.create(name="loud", key="loud")
    TrackTag.objects.create(tag=tag, track=track)
    playlist = Playlist.objects.create(name="Drive", key="drive")
    PlaylistEntry.objects.create(playlist=playlist, track=track, position=0)
    TrackNote.objects.create(track=track, text="loud here", by="plain")
    SavedSearch.objects.create(name="Quiet", key="quiet", query={"q": "quiet"})
    plain = User.objects.create_user("plain")
    ApiToken.issue(plain.pk)
    later = timezone.now() + timedelta(minutes=9)
    make_account("tempolor", opened_at=later, opened_until=later, balance_due_at=later)
    Worker.objects.create(name="host:1")
    CatalogueEntry.objects.create(provider="suno", kind="model", name="V0", is_default=False)
    group = Group.objects.create(name="friends")
    # Of a task that was sent from elsewhere.
    body = b'{"code": 200, "msg": "", "data": {"callbackType": "text", "task_id": "bb22", "data": []}}'
    lost = make_callback(make_task(provider="suno"), body, outcome="mismatch")
    rows = {
        "auth.user": plain,
        "auth.group": group,
        "tracks.track": track,
        "tracks.task": make_task(),
        "callbacks.callbackevent": lost,
    }
    return {label: rows.get(label) or any_row(label) for label in LISTS}


def address(entry: Entry, rows: dict[str, Any]) -> str:
    """The route with its parameters filled in."""
    if entry.body is ORDER:
        return "/tasks/new/?provider=tempolor&operation=generate"
    track: Track = rows["tracks.track"]
    pk = track.task_id if "tasks/" in entry.route else track.pk
    for part, label in (("playlists/", "tracks.playlist"), ("searches/", "tracks.savedsearch")):
        pk = any_row(label).pk if entry.route.removeprefix("api/v1/").startswith(part) else pk
    text = entry.route.replace("<int:pk>", str(pk))
    text = (
        text.replace("<int:other>", str(track.pk))
        .replace("<int:track>", str(track.pk))
        .replace("<int:size>", "96")
        .replace("<int:note>", str(track.track_notes.get().pk))
    )
    text = text.replace(r"^admin/[^\0]*\0", "admin/%00")
    text = text.replace("(?P<app_label>…)/$", "tracks/")
    text = text.replace("(?P<url>.*)$", "nowhere/").replace("<path:content_type_id>", "1")
    label = ".".join(entry.route.split("/")[1:3])
    if label in LISTS:
        text = text.replace("<path:object_id>", str(rows[label].pk))
    values = {"provider": "suno", "token": "x", "kind": "audio", "name": "suno", "format": "doc"}
    values["version"] = "provider"
    text = re.sub(r"<str:(\w+)>", lambda found: values[found[1]], text)
    return "/" + text.replace("<path:object_id>", "1").replace("<id>", str(rows["auth.user"].pk))


def any_row(label: str) -> Any:
    return apps.get_model(label)._default_manager.first() or new_row(label)


def new_row(label: str) -> Any:
    now = timezone.now()
    values: dict[str, Any] = {
        "django_q.schedule": {"name": "sweep", "func": "x", "schedule_type": "O"},
        "django_q.success": {"id": "a" * 32, "name": "a", "func": "x", "started": now, "stopped": now},
        "django_q.failure": {"id": "b" * 32, "name": "b", "func": "x", "started": now, "stopped": now},
        "django_q.ormq": {"key": "musicgen", "payload": "", "lock": now},
        "axes.accessattempt": {"failures_since_start": 1},
        "axes.accesslog": {},
        "axes.accessfailurelog": {},
    }
    success = {"success": label == "django_q.success"} if label.endswith(("success", "failure")) else {}
    return apps.get_model(label)._default_manager.create(**values[label], **success)


def login(rank: str) -> User | None:
    if rank == "anyone":
        return None
    return (
        make_superuser("root") if rank == "superuser" else make_staff("ada", "" if rank == "staff" else rank)
    )


def is_refused(answer: Any) -> bool:
    to_login = answer.status_code == 302 and answer["Location"].startswith("/admin/login/")
    return answer.status_code in (401, 403) or to_login


def body_of(entry: Entry, rows: dict[str, Any]) -> dict[str, Any]:
    if "action" not in entry.body:
        return entry.body
    label = ".".join(entry.route.split("/")[1:3])
    return {**entry.body, "_selected_action": rows[label].pk}


def values_of(label: str) -> list[Any]:
    return list(apps.get_model(label)._default_manager.order_by("pk").values_list()) if label else []


def is_as_it_should(client: Client, entry: Entry, rows: dict[str, Any], may: bool) -> bool:
    """Tries one entry, and takes back what it did."""
    kind = {"content_type": "application/json"} if entry in API and entry.method != "GET" else {}
    with transaction.atomic():
        target, body, before = address(entry, rows), body_of(entry, rows), values_of(entry.changes)
        answer = getattr(client, entry.method.lower())(target, body, **kind)
        is_done = values_of(entry.changes) != before if entry.changes else not is_refused(answer)
        transaction.set_rollback(True)
    return is_done is may and answer.status_code < 500


def wrongly_answered(client: Client, entries: list[Entry], rank: str) -> list[Entry]:
    """The entries that are refused to this rank although it may, or the other way round."""
    rows, own = make_rows(), RANKS.index(rank)
    return [
        entry
        for entry in entries
        if not is_as_it_should(client, entry, rows, may=own >= RANKS.index(entry.least))
    ]


@pytest.mark.parametrize("rank", RANKS[:-1])
def test_everybody_may_what_the_table_says_and_no_more(rank: str) -> None:
    user = login(rank)
    client = session_client(user) if user else Client()
    # Logging out is tried last: it ends the session.
    entries = sorted(ENTRIES, key=lambda entry: entry.route == "admin/logout/")
    assert wrongly_answered(client, entries, rank) == []


@pytest.mark.parametrize("scope", Role)
def test_a_token_may_no_more_than_its_scope(scope: str) -> None:
    assert wrongly_answered(token_client(make_superuser(), scope), API, scope) == []


# Of each kind of rights some: each view asks for both in one place.
SOME = [entry for entry in API if entry.method != "GET" or entry.route == "api/v1/tracks/"]


@pytest.mark.parametrize("rank", RANKS[1:-1])
def test_a_token_may_what_both_its_user_and_its_scope_may(rank: str) -> None:
    user, wrong = login(rank), []
    assert user is not None
    for scope in ["", *Role]:
        least = min([rank, scope or rank], key=RANKS.index)
        with transaction.atomic():
            wrong += [(scope, entry) for entry in wrongly_answered(token_client(user, scope), SOME, least)]
            transaction.set_rollback(True)
    assert wrong == []


@pytest.mark.parametrize("method", ["put", "delete", "post"])
def test_a_method_that_an_address_does_not_have_is_no_matter_of_roles(method: str) -> None:
    task = make_task()
    client = token_client(make_staff("ada", "viewer"))
    assert getattr(client, method)(f"/api/v1/tasks/{task.pk}/").status_code == 405


def test_who_may_not_is_told_who_may_by_pages_and_api() -> None:
    user, track = make_staff("ada", "viewer"), make_whole_song()
    page = session_client(user).post(f"/tracks/{track.pk}/", {"do": "review", "title": "x"})
    sentence = (
        "You may not review songs, or change titles, notes, lyrics, tags, playlists and saved searches. "
    )
    assert sentence in page.content.decode()
    assert "curator, operator, admin" in page.content.decode()
    answer = token_client(user).patch(f"/api/v1/tracks/{track.pk}/", {"title": "x"}).json()
    assert answer["errors"][0]["code"] == "permission_denied"
    assert answer["errors"][0]["detail"].startswith(sentence)
    assert Track.objects.get().title == track.title


def test_a_token_of_less_says_that_it_is_the_token() -> None:
    client = token_client(make_staff("ada", "operator"), "viewer")
    answer = client.post("/api/v1/tasks/", SONG).json()
    assert "this token has the role viewer only" in answer["errors"][0]["detail"]
    assert not Task.objects.exists()


def test_a_change_of_role_counts_at_once() -> None:
    user = make_staff("ada", "operator")
    client = token_client(user)
    assert client.post("/api/v1/tasks/", SONG).status_code == 201
    user.groups.clear()
    assert client.post("/api/v1/tasks/", SONG).status_code == 403
    assert client.get("/api/v1/tasks/").status_code == 403
