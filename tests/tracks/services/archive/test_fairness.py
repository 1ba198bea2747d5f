"""Fairness: files on a host that does not answer, or trickles, hold up no file of another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.bad_hosts import dead_host, silent_host
from tests.support.factories import make_asset, make_track
from tests.support.file_server import FileServer, file_server
from tests.support.media import picture
from tests.support.waiting import until
from tracks.domain.statuses import AssetStatus
from tracks.files.download import part_size
from tracks.files.download.addresses import host_of
from tracks.models import Asset, FileHost
from tracks.models.hosts import MAX_NAME
from tracks.services.archive import hosts
from tracks.services.archive.fetch import archive_again, archive_next
from tracks.services.archive.outcome import part_path

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 40
TAG = {"ETag": '"v1"', "Accept-Ranges": "bytes"}
COVER = picture("JPEG")


@pytest.fixture(autouse=True)
def quick(tmp_path: Path) -> Iterator[None]:
    with override_settings(FETCH_PATIENCE=0.2, FETCH_SLICE=0.3, RUN_DIR=tmp_path / "run"):
        yield


@contextmanager
def allowed(*hosts: str) -> Iterator[None]:
    with override_settings(FETCH_ALLOW_HOSTS=frozenset(hosts)):
        yield


def due_cover(url: str, hours: float, **over: Any) -> Asset:
    """A picture that is due, on a link that lasts so many hours."""
    now = timezone.now()
    values = {"kind": "image", "source_url": url, "next_attempt_at": now} | over
    return make_asset(make_track(), expires_at=now + timedelta(hours=hours), **values)


def many_on(host: str, **over: Any) -> list[Asset]:
    """Files that have the nearest deadlines of all."""
    return [due_cover(f"http://{host}/{number}.jpg", 1 + number / 100, **over) for number in range(MANY)]


def is_archived(asset: Asset) -> bool:
    asset.refresh_from_db()
    return asset.status == AssetStatus.ARCHIVED


def tries_until_archived(asset: Asset, at_most: int) -> int:
    for tries in range(1, at_most + 1):
        archive_next()
        if is_archived(asset):
            return tries
    pytest.fail(f"not archived after {at_most} tries")


def attempts_at(host: str) -> int:
    return sum(Asset.objects.filter(host=host).values_list("attempts", flat=True))


@pytest.mark.parametrize("bad_host", [silent_host, dead_host])
def test_a_host_without_an_answer_holds_up_no_other_host(server: FileServer, bad_host: Any) -> None:
    with bad_host() as bad, allowed(bad, server.host):
        many_on(bad)
        sound = due_cover(server.serve("/cover.jpg", COVER), hours=48)
        assert tries_until_archived(sound, at_most=2) <= 2
        assert attempts_at(bad) == 1


def test_a_silent_a_dead_and_a_trickling_host_at_once(server: FileServer) -> None:
    with ExitStack() as stack:
        silent, dead = stack.enter_context(silent_host()), stack.enter_context(dead_host())
        slow = stack.enter_context(file_server())
        stack.enter_context(allowed(silent, dead, slow.host, server.host))
        for host in (silent, dead):
            many_on(host)
        many_on(slow.host)
        for number in range(MANY):
            slow.serve(f"/{number}.jpg", COVER, trickle=True, headers=TAG)
        sound = [due_cover(server.serve(f"/{n}.jpg", COVER), hours=48 + n) for n in range(5)]
        for number, tries in enumerate([5, 1, 1, 1, 1]):
            tries_until_archived(sound[number], at_most=tries)


def archive_in_thread(times: int = 1) -> None:
    try:
        for _ in range(times):
            archive_next()
    finally:
        connection.close()


@contextmanager
def fetching(server: FileServer, files: list[Asset], at_once: int) -> Iterator[None]:
    """So many workers at the files of the server, which stands still meanwhile."""
    with ThreadPoolExecutor(at_once) as workers:
        running = [workers.submit(archive_in_thread) for _ in range(at_once)]
        try:
            yield
        finally:
            for served in server.files.values():
                served.go.set()
            for one in running:
                one.result()


def test_a_file_that_trickles_goes_on_where_it_stopped(server: FileServer) -> None:
    asset = due_cover(server.serve("/cover.jpg", COVER, trickle=True, headers=TAG), hours=1)
    archive_next()
    assert (FileHost.objects.get().failures, Asset.objects.get().attempts) == (1, 0)
    server.files["/cover.jpg"].go.set()
    with time_machine.travel(timezone.now() + timedelta(seconds=4)):
        assert tries_until_archived(asset, at_most=1)
    assert server.asked[-1][1]["Range"]
    assert FileHost.objects.get().failures == 0


@override_settings(FETCH_PATIENCE=30, FETCH_SLICE=60, WORKERS=8)
def test_a_host_that_is_not_known_yet_has_one_place(server: FileServer) -> None:
    with file_server() as slow, allowed(slow.host, server.host):
        waiting = many_on(slow.host)
        for number in range(MANY):
            slow.serve(f"/{number}.jpg", COVER, pause_at=100)
        sound = due_cover(server.serve("/cover.jpg", COVER), hours=48)
        with fetching(slow, waiting, at_once=1):
            until(lambda: slow.asked, what="the first request")
            assert archive_next()
            assert is_archived(sound)
            assert not archive_next()
            assert len(slow.asked) == 1


@override_settings(FETCH_PATIENCE=30, FETCH_SLICE=60, WORKERS=8)
def test_a_host_that_has_delivered_has_half_the_places(server: FileServer) -> None:
    with file_server() as good, allowed(good.host, server.host):
        first = due_cover(good.serve("/first.jpg", COVER), hours=1)
        assert tries_until_archived(first, at_most=1)
        waiting = many_on(good.host)
        for number in range(MANY):
            good.serve(f"/{number}.jpg", COVER, pause_at=100)
        sound = due_cover(server.serve("/cover.jpg", COVER), hours=48)
        with fetching(good, waiting, at_once=2):
            until(lambda: len(good.asked) == 3, what="two requests at once")
            assert archive_next()
            assert is_archived(sound)
            assert not archive_next()


def test_a_fresh_file_goes_before_every_retry(server: FileServer) -> None:
    for number in range(MANY):
        due_cover(server.serve(f"/{number}.jpg", status=503), hours=1, attempts=3)
    fresh = due_cover(server.serve("/cover.jpg", COVER), hours=300)
    assert tries_until_archived(fresh, at_most=1)


def test_a_retry_whose_link_is_about_to_die_goes_before_fresh_files(server: FileServer) -> None:
    for number in range(MANY):
        due_cover(server.serve(f"/{number}.jpg", COVER), hours=14 * 24)
    dying = due_cover(server.serve("/dying.jpg", COVER), hours=0.05, attempts=5)
    assert tries_until_archived(dying, at_most=1)


def test_a_link_that_should_be_dead_by_its_date_does_not_go_before_fresh_files(server: FileServer) -> None:
    for number in range(MANY):
        due_cover(server.serve(f"/{number}.jpg", status=404), hours=-1, attempts=5)
    fresh = due_cover(server.serve("/cover.jpg", COVER), hours=300)
    assert tries_until_archived(fresh, at_most=1)


def test_dying_links_of_a_silent_host_hold_up_no_other_host(server: FileServer) -> None:
    with silent_host() as silent, allowed(silent, server.host):
        for number in range(MANY):
            due_cover(f"http://{silent}/{number}.jpg", hours=0.1, attempts=2)
        sound = due_cover(server.serve("/cover.jpg", COVER), hours=300)
        assert tries_until_archived(sound, at_most=2)


@pytest.mark.parametrize("attempts", [0, 2])
def test_among_equals_the_nearest_deadline_comes_first(server: FileServer, attempts: int) -> None:
    lasts = {"/a.jpg": 50, "/b.jpg": 3, "/c.jpg": 20}
    for path, left in lasts.items():
        due_cover(server.serve(path, COVER), hours=left, attempts=attempts)
    endless = due_cover(server.serve("/d.jpg", COVER), hours=0, attempts=attempts)
    Asset.objects.filter(pk=endless.pk).update(expires_at=None)
    while archive_next():
        pass
    assert [path for path, _ in server.asked] == ["/b.jpg", "/c.jpg", "/a.jpg", "/d.jpg"]


def test_a_silent_host_is_tried_ever_more_rarely_and_never_given_up(server: FileServer) -> None:
    with silent_host() as silent, allowed(silent):
        many_on(silent)
        rests = []
        moment = timezone.now()
        for _ in range(6):
            with time_machine.travel(moment, tick=False):
                archive_next()
                assert not archive_next(), "one try, then the host rests"
                assert not Asset.objects.due(timezone.now()).exists()
            next_try = FileHost.objects.get(name=silent).next_try_at
            assert next_try is not None
            rests.append(next_try - moment)
            moment = next_try
    assert rests == sorted(rests)
    assert rests[0] < rests[-1] <= timedelta(minutes=1)


def test_a_host_that_answers_again_gets_all_its_files(server: FileServer) -> None:
    sound = many_on(server.host)
    for number in range(MANY):
        server.serve(f"/{number}.jpg", COVER)
    FileHost.objects.create(name=server.host, failures=9, next_try_at=timezone.now() + timedelta(minutes=1))
    assert not archive_next()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        for _ in sound:
            archive_next()
    assert all(is_archived(asset) for asset in sound)
    assert FileHost.objects.get().failures == 0


def test_an_error_is_an_answer(server: FileServer) -> None:
    due_cover(server.serve("/cover.jpg", status=503), hours=1)
    archive_next()
    assert FileHost.objects.get(name=server.host).failures == 0


REDIRECTED = [silent_host, dead_host]


@pytest.mark.parametrize("bad_host", REDIRECTED)
def test_silence_is_the_silent_host_s_and_not_that_of_one_that_redirects(
    server: FileServer, bad_host: Any
) -> None:
    with bad_host() as bad, allowed(bad, server.host):
        where = {"Location": f"http://{bad}/cover.jpg"}
        led_on = due_cover(server.serve("/led-on.jpg", status=302, headers=where), hours=1)
        sound = due_cover(server.serve("/cover.jpg", COVER), hours=48)
        assert tries_until_archived(sound, at_most=2)
        led_on.refresh_from_db()
        assert (led_on.attempts, led_on.status) == (1, AssetStatus.PENDING)
        assert dict(FileHost.objects.values_list("name", "failures")) == {server.host: 0, bad: 1}


def test_silence_in_the_middle_of_a_file_is_the_silent_host_s_too(server: FileServer) -> None:
    with file_server() as other, allowed(other.host, server.host):
        where = {"Location": other.serve("/cover.jpg", COVER, pause_at=100)}
        due_cover(server.serve("/led-on.jpg", status=302, headers=where), hours=1)
        with override_settings(FETCH_SLICE=5):
            archive_next()
        assert dict(FileHost.objects.values_list("name", "failures")) == {server.host: 0, other.host: 1}


def test_a_redirect_to_a_name_without_address_is_no_silence_of_the_host(server: FileServer) -> None:
    with allowed("nowhere.invalid", server.host):
        where = {"Location": "http://nowhere.invalid/cover.jpg"}
        due_cover(server.serve("/led-on.jpg", status=302, headers=where), hours=1)
        archive_next()
        assert FileHost.objects.get(name=server.host).failures == 0


def test_whoever_asks_for_a_file_again_does_not_wait_for_its_host(server: FileServer) -> None:
    asset = due_cover(server.serve("/cover.jpg", COVER), hours=1, attempts=4)
    FileHost.objects.create(name=server.host, failures=9, next_try_at=timezone.now() + timedelta(minutes=1))
    archive_again(asset.track_id, "ada")
    assert tries_until_archived(asset, at_most=1)


def test_a_good_hosts_retry_goes_before_a_silent_hosts_retry(server: FileServer) -> None:
    with silent_host() as silent, allowed(silent, server.host):
        many_on(silent, attempts=1)
        FileHost.objects.create(name=silent, failures=2, next_try_at=timezone.now())
        sound = due_cover(server.serve("/cover.jpg", COVER), hours=48, attempts=1)
        assert tries_until_archived(sound, at_most=1)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://CDN.Example.com/a.mp3?x=1", "cdn.example.com"),
        ("https://cdn.example.com:443/a.mp3", "cdn.example.com"),
        ("http://cdn.example.com:8080/a.mp3", "cdn.example.com:8080"),
        ("https://[2001:db8::1]/a.mp3", "[2001:db8::1]"),
        ("https://user@cdn.example.com/", ""),
        ("https://bücher.example./a.mp3", "xn--bcher-kva.example"),
        ("http://cdn.example.com:0/a.mp3", ""),
        ("https://cdn.example.com/a\x00.mp3", ""),
        ("https://" + "a." * 50_000 + "example/a.mp3", ""),
        ("file:///etc/passwd", ""),
        ("https://" + "a" * 300 + "/", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_link(url: str, host: str) -> None:
    assert host_of(url) == host


def test_any_host_has_room_in_its_columns() -> None:
    name = ".".join(["a" * 63] * 3 + ["a" * 61])
    assert len(host_of(f"http://{name}:65535/")) == MAX_NAME - 1  # 253 characters, ":" and five digits


@pytest.mark.parametrize("place", range(6))
def test_the_next_file_is_found_without_reading_all_files(place: int) -> None:
    """By an index that has only files that are due sometime; few of millions are."""
    queries = list(hosts.due_in_order(timezone.now()))
    assert len(queries) == 6
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # it reads a small table as a whole otherwise
        try:
            plan = queries[place].explain()
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("RESET enable_seqscan")
    assert re.search(r"Index (Only )?Scan using asset_(due|fresh)|INDEX asset_(due|fresh)", plan), plan
    assert not re.search(r"Seq Scan on tracks_asset|SCAN tracks_asset$", plan, re.MULTILINE), plan


# --- How long one file may hold its worker ------------------------------------------------------------------
@override_settings(FETCH_SLICE=0.1)  # about five bytes of a trickle
def test_a_retry_that_can_be_resumed_gets_no_longer_slice(server: FileServer) -> None:
    asset = due_cover(server.serve("/cover.jpg", COVER, trickle=True, headers=TAG), hours=1, attempts=3)
    for tries in (1, 2):
        archive_next()
        assert 0 < part_size(part_path(asset)) <= 10 * tries
        make_all_due()


@override_settings(FETCH_SLICE=0.1)
def test_a_retry_that_must_come_in_one_go_gets_a_longer_slice(server: FileServer) -> None:
    url = server.serve("/cover.jpg", COVER, trickle=True, chunked=True, ranges=False)
    asset = due_cover(url, hours=1)
    archive_next()
    assert 0 < part_size(part_path(asset)) <= 10
    assert "too slow" in Asset.objects.get().error
    Asset.objects.update(attempts=3)
    make_all_due()
    archive_next()
    assert part_size(part_path(asset)) > 10


@override_settings(FETCH_SLICE=0.1, FETCH_PATIENCE=0.5)
def test_a_host_that_takes_its_time_to_answer_gets_a_whole_slice_then(server: FileServer) -> None:
    asset = due_cover(server.serve("/cover.jpg", COVER, headers=TAG, wait=0.25), hours=1)
    assert tries_until_archived(asset, at_most=1)


def make_all_due() -> None:
    Asset.objects.update(next_attempt_at=timezone.now())
    FileHost.objects.update(next_try_at=None)
