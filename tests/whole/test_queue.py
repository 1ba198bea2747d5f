"""django-q2's queue: wake-ups without number, an emptied queue, and what an earlier version left in it."""

from __future__ import annotations

from tests.support.installation import Installation
from tests.support.waiting import until

WAKE_UPS = """
from musicgen.processes.queue import JOB_KINDS, enqueue
for kind in list(JOB_KINDS) * 10:
    enqueue(kind)
"""
EMPTY = "from django_q.models import OrmQ; print(OrmQ.objects.all().delete()[0])"
# Jobs in the queue and a schedule, by the dotted paths of then.
EARLIER = """
from datetime import timedelta
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task
for kind in ("callbacks", "submit-suno", "ask-suno", "submit-tempolor", "ask-tempolor", "archive"):
    async_task("musicgen.queue.work", kind, q_options={"save": False, "task_name": kind})
async_task("musicgen.queue.run_schedules", q_options={"task_name": "sweep of before"})
past = timezone.now() - timedelta(hours=1)
Schedule.objects.filter(name="sweep").update(func="musicgen.queue.run_schedules", next_run=past)
"""
LEFT = """
from django_q.models import Failure, OrmQ, Schedule, Success
print(OrmQ.objects.count(), Failure.objects.count(), Success.objects.filter(name="sweep of before").count())
print(*Schedule.objects.values_list("name", "func"))
"""


def shell(site: Installation, code: str) -> str:
    return site.manage("shell", "-v", "0", "-c", code)


def bought(site: Installation, prompt: str) -> int:
    return sum(prompt in str(one["body"]) for one in site.submits())


def test_wake_ups_without_number_do_everything_once(site: Installation) -> None:
    task = site.tempolor_song("woken often")
    shell(site, WAKE_UPS)
    tracks = site.archived(task)
    assert bought(site, "woken often") == 1
    archived = [e["data"]["kind"] for e in site.task(task)["events"] if e["data"].get("to") == "archived"]
    assert sorted(archived) == sorted(asset["kind"] for asset in tracks[0]["assets"])


def test_an_emptied_queue_loses_nothing(site: Installation) -> None:
    site.kill("worker")
    task = site.tempolor_song("forgotten wake-ups")
    shell(site, WAKE_UPS)
    assert int(shell(site, EMPTY)) > 0
    site.start("worker")
    site.archived(task)


def test_jobs_and_schedule_of_an_earlier_version_go_on(site: Installation) -> None:
    site.stop("worker")
    tasks = [site.tempolor_song("of before"), site.suno_song("of before")]
    shell(site, EARLIER)
    site.start("worker")
    for task in tasks:
        site.archived(task)
    until(lambda: shell(site, LEFT).startswith("0 0 1"), what="an empty queue without failures")
    assert "('sweep', 'musicgen.processes.queue.run_schedules')" in shell(site, LEFT)
    assert bought(site, "of before") == 2
