"""The old address of the queue's jobs, for those that an earlier version queued or scheduled.

Jobs that wait in django-q2's queue name their function by its dotted path. To be removed one release after
``musicgen.processes.queue``; schedules are corrected at start.
"""

from musicgen.processes.queue import run_schedules, work

__all__ = ["run_schedules", "work"]
