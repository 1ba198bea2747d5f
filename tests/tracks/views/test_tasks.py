"""The list of tasks, and one task: its history, its state, and the actions on offer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from tests.support.clients import session_client
from tests.support.factories import make_staff, make_superuser, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_archived_asset, make_song
from tracks.domain.updates import ErrorKind
from tracks.models import Event, Task
from tracks.presentation.labels import FAILURES
from tracks.views.pagination import PAGE_SIZE


def listed(staff: Client, **query: str) -> list[str | None]:
    page = Page(staff.get("/tasks/", query))
    return [row["data-task-id"] for row in page.with_attribute("data-task-id")]


def page_of(staff: Client, task: Task) -> Page:
    return Page(staff.get(f"/tasks/{task.pk}/"))


def test_a_row_shows_request_and_results(staff: Client) -> None:
    task = make_task(status="succeeded", finished_at=timezone.now() + timedelta(seconds=95))
    make_track(task, title="Owls")
    make_track(task, title="Owls", position=1)
    words = Page(staff.get("/tasks/")).words
    assert f"Owls TemPolor · Song · task {task.pk} take 1 take 2 done 1 min 3" in words


def test_a_failed_task_names_its_kind_in_the_list(staff: Client) -> None:
    make_task(status="failed", error_kind="copyright")
    assert "refused: too close to a known work" in Page(staff.get("/tasks/")).words


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("unsure", "unsure: its answer was lost"),
        ("overdue", "overdue: the provider is silent"),
        ("failed", "failed"),
    ],
)
def test_the_list_says_states_in_plain_words(staff: Client, status: str, word: str) -> None:
    make_task(status=status, external_id="")
    page = Page(staff.get("/tasks/"))
    assert f">{word}</span>" in page.html


def test_every_kind_of_failure_has_words_of_its_own(staff: Client) -> None:
    for kind in ErrorKind:
        make_task(status="failed", error_kind=kind)
    html = Page(staff.get("/tasks/")).html
    assert len(set(FAILURES.values())) == len(ErrorKind)
    assert all(f">{escape(word)}</span>" in html for word in FAILURES.values())


@pytest.mark.parametrize(
    ("field", "value", "other"),
    [
        ("status", "overdue", "running"),
        ("provider", "suno", "tempolor"),
        ("operation", "instrumental", "generate"),
    ],
)
def test_a_filter_leaves_what_it_names(staff: Client, field: str, value: str, other: str) -> None:
    found = make_task(**{field: value})
    make_task(**{field: other})
    assert listed(staff, **{field: value}) == [str(found.pk)]


def test_pages_lead_on(staff: Client) -> None:
    tasks = [make_task() for _ in range(PAGE_SIZE + 2)]
    first = Page(staff.get("/tasks/"))
    [older] = [link["href"] for link in first.named("a") if link.get("rel") == "next"]
    second = Page(staff.get(f"/tasks/{older}"))
    rows = [*first.with_attribute("data-task-id"), *second.with_attribute("data-task-id")]
    assert [row["data-task-id"] for row in rows] == [str(task.pk) for task in reversed(tasks)]


def test_no_tasks_and_no_hits_are_told_apart(staff: Client) -> None:
    assert "No tasks yet" in Page(staff.get("/tasks/")).words
    assert "Nothing matches" in Page(staff.get("/tasks/", {"status": "unsure"})).words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "queued", "external_id": "", "submitted_at": None}, "It has cost nothing yet."),
        ({"status": "running"}, "The provider has accepted it and has not finished."),
        ({"status": "succeeded"}, "The results show which files are archived."),
        ({"status": "partial"}, "The results show what came"),
        ({"status": "failed", "error_kind": "credit"}, "The account has no credit left. Top it up"),
        ({"status": "overdue"}, "Late results are accepted"),
        ({"status": "unsure", "external_id": ""}, "that could cost twice"),
    ],
)
def test_a_status_says_what_it_means(staff: Client, values: dict[str, Any], words: str) -> None:
    assert words in page_of(staff, make_task(**values)).words


def test_an_error_shows_message_code_and_the_providers_own_advice(staff: Client) -> None:
    task = make_task(status="failed", error_kind="input", error_code="413", error_message="Too long.",
                     error_advice="Shorten it.")  # fmt: skip
    assert "Too long. (code 413) Shorten it." in page_of(staff, task).words


def test_the_parameters_stand_under_the_labels_of_the_form(staff: Client) -> None:
    task = make_task(
        params={"prompt": "an owl's\ndance", "model": "TemPolor v4.5", "instrumental": True, "own": 3}
    )
    words = page_of(staff, task).words
    assert "Description an owl's dance Instrumental yes Model TemPolor v4.5 own 3" in words


def test_a_task_is_named_by_its_text_and_its_source_never_by_ids(staff: Client) -> None:
    song = make_track(make_task(provider="suno"), title="The Seed")
    ids = {"taskId": "4f1c-task", "audioId": "77aa-song"}
    made_from = {"provider": "suno", "source_track": song, "status": "succeeded"}
    wav = make_task(operation="wav", params=ids, **made_from)
    make_track(wav, kind="files", title="")
    parts = make_task(operation="vocal-removal", params={**ids, "type": "split_stem"}, **made_from)
    page = Page(staff.get("/tasks/"))
    assert f"WAV file Suno · WAV file · from The Seed · task {wav.pk} WAV file" in page.words
    assert f"Separate voices and instruments · from The Seed · task {parts.pk}" in page.words
    assert not {"4f1c-task", "77aa-song", "split_stem", "Untitled"} & set(page.words.split())


def test_more_tasks_made_from_songs_take_no_more_queries(staff: Client) -> None:
    def queries() -> int:
        cache.clear()  # else the first counts for the rail of all
        with CaptureQueriesContext(connection) as captured:
            staff.get("/tasks/")
        return len(captured)

    def more(count: int) -> None:
        for _ in range(count):
            source = make_track(make_task(provider="suno"))
            made = make_task(provider="suno", operation="wav", source_track=source, status="succeeded")
            make_track(made, kind="files", title="")

    more(1)
    few = queries()
    more(5)
    assert queries() == few


def test_a_task_without_parameters_says_what_it_was_made_from(staff: Client) -> None:
    song = make_track()
    ours = make_task(operation="stems", params={}, source_track=song)
    assert "Only the song it is made from" in page_of(staff, ours).words
    adopted = make_task(params={}, origin="adopted")
    assert "It was not sent from here, so its request is not known." in page_of(staff, adopted).words


def test_an_operation_that_is_no_longer_offered_still_has_a_page(staff: Client) -> None:
    task = make_task(provider="gone", operation="sing-along", params={"words": "la"}, status="failed")
    words = page_of(staff, task).words
    assert "gone · Sing along" in Page(staff.get("/tasks/")).words
    assert "Send again with changes" not in words


def test_the_history_shows_steps_times_and_sources(staff: Client) -> None:
    task = make_task(status="succeeded")
    song = make_track(task, title="Owls")
    begin = timezone.now() - timedelta(minutes=10)

    def add(kind: str, seconds: float, data: dict[str, Any], **over: Any) -> None:
        Event.objects.create(kind=kind, task=task, at=begin + timedelta(seconds=seconds), data=data, **over)

    add("task.created", 0, {"by": "ada"})
    add("task.submitted", 1.5, {"external_id": "item-7"})
    add("task.status", 1.5, {"from": "queued", "to": "running", "source": "submit"})
    add("task.status", 80, {"to": "succeeded", "source": "callback", "callback": 41})
    add("track.status", 80, {"to": "ready", "callback": 41}, track=song)
    add("track.lyrics", 80, {"timing": "line", "callback": 41}, track=song)
    words = page_of(staff, task).words
    assert "Requested by ada" in words
    assert "Sent, and accepted by the provider The provider's id: item-7. 10 min ago +1.5 s" in words
    assert "The provider is working on it" not in words
    assert (
        "Done: the provider has finished everything The song is finished Lyrics arrived, timed by line "
        "Reported by a callback. 9 min ago +1 min 18 s" in words
    )


def test_tries_of_one_file_are_one_step(staff: Client) -> None:
    task = make_task(status="succeeded")
    asset = make_song(task).assets.get(kind="audio")
    for _ in range(4):
        Event.objects.create(
            kind="asset.try",
            task=task,
            asset=asset,
            data={"kind": "audio", "error": "the server answered 403"},
        )
    assert (
        "Audio could not be fetched yet; it will be tried again (4 times) the server answered 403"
        in page_of(staff, task).words
    )


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("task.created", {"adopted": "x-1"}, "Adopted from a callback It was not sent from here."),
        (
            "task.postponed",
            {"reason": "Too many requests"},
            "Not accepted yet; it will be sent again automatically Too many",
        ),
        ("task.status", {"to": "queued", "source": "person", "by": "bob"}, "To be sent again By bob."),
        ("task.refresh", {"by": "archive"}, "Fresh links requested"),
        ("task.refresh", {"by": "bob"}, "Poll requested by bob"),
        ("task.mismatch", {"ids": ["y-2"], "callback": 3}, "A callback named another task It named y-2."),
        ("task.handed_over", {"external_id": "zz", "to_task": 7}, "zz turned out to be another task"),
        ("task.limit", {"message": "Too many lines."}, "More than a task can hold Too many lines."),
        ("something.new", {}, "Something new"),
        ("task.status", {"to": "odd", "source": "odd"}, "odd"),
        ("track.lyrics", {"timing": "odd"}, "Lyrics arrived, without timing"),
    ],
)
def test_every_kind_of_event_has_a_description(
    staff: Client, kind: str, data: dict[str, Any], words: str
) -> None:
    task = make_task()
    Event.objects.create(kind=kind, task=task, data=data)
    assert words in page_of(staff, task).words


def test_only_who_may_see_callbacks_gets_their_links(db: None) -> None:
    task = make_task()
    Event.objects.create(kind="task.status", task=task, data={"to": "running", "callback": 41})
    for user, expected in ((make_superuser(), True), (make_staff(role="viewer"), False)):
        page = page_of(session_client(user), task)
        assert ("/admin/callbacks/callbackevent/41/change/" in page.html) is expected


def test_the_results_of_a_task_are_listed_with_it(staff: Client) -> None:
    task = make_task(status="succeeded")
    song, words = make_song(task), make_track(task, kind="lyrics", position=1)
    assert page_of(staff, task).tracks() == [str(song.pk), str(words.pk)]


def test_an_unknown_action_or_task_is_refused(staff: Client) -> None:
    assert staff.post(f"/tasks/{make_task().pk}/", {"do": "explode"}).status_code == 400
    assert staff.get(f"/tasks/{10**30}/").status_code == 404


def test_more_tasks_take_no_more_queries(staff: Client) -> None:
    def queries() -> int:
        cache.clear()  # else the first counts for the rail of all
        with CaptureQueriesContext(connection) as captured:
            assert staff.get("/tasks/").status_code == 200
        return len(captured)

    make_track(make_task())
    few = queries()
    for _ in range(15):
        task = make_task()
        make_track(task)
        make_track(task, position=1)
    assert queries() == few
    assert few <= 18  # of which eleven fill the rail, six of them for its counts


def test_a_long_history_takes_no_more_queries(staff: Client) -> None:
    def queries(task: Task) -> int:
        cache.clear()  # else the first counts for the rail of all
        with CaptureQueriesContext(connection) as captured:
            page_of(staff, task)
        return len(captured)

    short, long = make_task(status="succeeded"), make_task(status="succeeded")
    make_song(short)
    songs = [make_song(long, position=place) for place in range(5)]
    for song in songs:
        for asset in song.assets.all():
            Event.objects.create(
                kind="asset.status", task=long, track=song, asset=asset, data={"to": "archived"}
            )
    assert queries(long) == queries(short)
    assert queries(long) <= 21  # of which eleven fill the rail, six of them for its counts


def test_a_parameter_that_was_left_null_is_not_shown(staff: Client) -> None:
    task = make_task(params={"prompt": "owls", "model": "TemPolor v4.5", "voice_id": None})
    page = Page(staff.get(f"/tasks/{task.pk}/"))
    assert "owls" in page.words
    assert "voice_id" not in page.words


def test_a_task_that_was_refused_says_how_often_why_and_when_it_is_tried_again(staff: Client) -> None:
    due = timezone.now() + timedelta(minutes=4, seconds=5)
    task = make_task(status="queued", external_id="", submit_attempts=5, submit_at=due)
    for reason in ("The first reason.", "TemPolor is busy."):
        Event.objects.create(kind="task.postponed", task=task, data={"reason": reason})
    told = "Tried 5 times, and not accepted yet. The latest reason: TemPolor is busy. It is tried again in 4"
    words = page_of(staff, task).words
    assert f"not accepted yet {told}" in words
    assert "as soon as" not in words
    for page in (Page(staff.get("/tasks/")), Page(staff.get("/"))):
        titles = [row["title"] or "" for row in page.with_attribute("title")]
        assert any(told in text for text in (*titles, page.words))


def test_the_list_names_tasks_by_titles_and_never_by_tagged_lyrics(staff: Client) -> None:
    lyrics = "[Verse]\nOne small line\n[Chorus]\nAnd one more"
    make_task(params={"prompt": "a harbour", "lyrics": lyrics, "title": "Harbour Lights"})
    make_track(make_task(params={"lyrics": lyrics, "prompt": ""}), title="Low Tide")
    html = staff.get("/tasks/").content.decode()
    assert "Harbour Lights" in html
    assert html.index("Low Tide") < html.index("Harbour Lights")
    assert "[Verse]" not in html


def test_choices_of_a_request_are_told_in_words(staff: Client) -> None:
    task = make_task(
        provider="suno", params={"prompt": "a harbour", "vocalGender": "f", "instrumental": False}
    )
    assert "Voice a woman" in page_of(staff, task).words


def test_a_task_shows_and_plays_its_first_song_that_is_here(staff: Client) -> None:
    task = make_task(status="partial")
    make_track(task, title="Not Here", status="pending")
    here = make_track(task, title="Low Tide", position=1)
    make_archived_asset(here)
    page = Page(staff.get("/tasks/"))
    [song] = page.with_attribute("data-track-id")
    assert (song["data-track-id"], song["data-title"]) == (str(here.pk), "Low Tide")
    assert [one["href"] for one in page.with_attribute("data-play")] == [f"/tracks/{here.pk}/"]
    assert all(row["data-tone"] for row in page.with_attribute("data-task-id"))
