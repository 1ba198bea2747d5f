from datetime import timedelta
from typing import Any
import random
import pytest
from django.utils import timezone
from tests.factories import make_task
from tracks import providers
from tracks.models import Account
from tracks.services import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

def test_shots(window: Any) -> None:
    now = timezone.now()
    for name in providers.REGISTRY: catalogue.refresh(name)
    rnd = random.Random(3)
    Account.objects.create(provider="suno", account=providers.get("suno").account, failures=7, opened_at=now - timedelta(minutes=6), opened_until=now + timedelta(minutes=2), opened_because="Suno answered HTTP 502, not in its own form.", balance="776.56", balance_unit="credits", balance_at=now - timedelta(minutes=3), recent=[[now.timestamp() - n, "poll"] for n in range(4)])
    Account.objects.create(provider="tempolor", account=providers.get("tempolor").account, balance="12345.5", balance_at=now - timedelta(minutes=13), parallel_most=10)
    for back in range(7):
        for n in range(rnd.randint(3, 40)):
            at = now - timedelta(days=back, minutes=3)
            silent = rnd.random() < 0.2
            make_task(provider="tempolor", status="succeeded", finished_at=at, finished_by="poll" if silent else "callback", called_back_at=None if silent else at, finish_delay_ms=rnd.randint(900, 9000), stages=[] if silent else ["audio_complete", "wav_complete"])
            make_task(provider="suno", status="succeeded", finished_at=at, finished_by="poll", called_back_at=None if back == 0 else at, stages=["complete"])
    for width in (1280, 360):
        for scheme in ("light", "dark"):
            window.page.set_viewport_size({"width": width, "height": 900})
            window.page.emulate_media(color_scheme=scheme)
            page = window.open("/providers/")
            page.screenshot(path=f"/tmp/team/d_shots/{width}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    window.page.set_viewport_size({"width": 1280, "height": 900})
