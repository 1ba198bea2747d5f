"""An installation of an earlier version, started on this one, goes on: its queue, its schedule, its songs."""

from __future__ import annotations

from pathlib import Path

from tests.support.installation import Installation
from tests.support.waiting import until

# What the earlier version left: jobs in the queue and a schedule, by the dotted paths of then.
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


def test_jobs_and_schedule_of_an_earlier_version_go_on(tmp_path: Path) -> None:
    with Installation(tmp_path) as site:
        site.stop("worker")
        tasks = [site.tempolor_song("of before"), site.suno_song("of before")]
        site.manage("shell", "-v", "0", "-c", EARLIER)
        site.start("worker")
        for task in tasks:
            site.archived(task)

        def queue() -> list[str]:
            return site.manage("shell", "-v", "0", "-c", LEFT).splitlines()

        until(lambda: queue()[0] == "0 0 1", what="an empty queue without failures")
        assert queue()[1] == "('sweep', 'musicgen.processes.queue.run_schedules')"
        assert len(site.submits()) == 2
