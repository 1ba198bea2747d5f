"""What the worker does for the product: send, look, fetch."""

from __future__ import annotations

from tracks.duties import Duty
from tracks.models import Asset, Task
from tracks.services.keep import archive_next
from tracks.services.poll import poll_next
from tracks.services.submit import submit_next

DUTIES = (
    Duty("submit", lambda now: Task.objects.due_to_submit(now).exists(), submit_next, share=1 / 6),
    Duty("poll", lambda now: Task.objects.due_to_poll(now).exists(), poll_next, share=1 / 6),
    Duty("archive", lambda now: Asset.objects.due(now).exists(), archive_next, share=1 / 2),
)
