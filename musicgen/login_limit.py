"""How many wrong passwords are taken: for one name from one address, and from one address for all names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from musicgen.client_ip import client_ip, is_shared

# When failures happened, and how many; the oldest first.
Failures = Sequence[tuple[datetime, int]]


class LoginLimit(AxesDatabaseHandler):  # type: ignore[misc]  # it has no types
    """The limits that AXES_LOCKOUT_PARAMETERS cannot say: another one for the address alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """At least AXES_FAILURE_LIMIT where the address alone is locked."""
        failures = int(super().get_failures(request, credentials))
        name = get_client_username(request, credentials)
        return max(failures, settings.AXES_FAILURE_LIMIT) if _is_address_locked(request, name) else failures


def locked(request: HttpRequest, response: HttpResponse | None, credentials: Any = None) -> HttpResponse:
    """The answer to a login that is locked: until when, and what to do."""
    until = _locked_until(request, get_client_username(request, credentials))
    seconds = max(1, ceil((until - timezone.now()).total_seconds()))
    context = {"until": until, "wait": timedelta(minutes=ceil(seconds / 60))}
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        detail = "Too many wrong passwords from this address. Try again after the time given."
        answer: HttpResponse = JsonResponse({"detail": detail, "until": until.isoformat()}, status=429)
    else:
        answer = render(request, settings.AXES_LOCKOUT_TEMPLATE, context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _is_address_locked(request: HttpRequest, name: str | None) -> bool:
    failures = _of_address(request)
    if sum(count for _, count in failures) < settings.LOGIN_FAILURES_PER_ADDRESS:
        return False
    # Who came in from there before shares it with whoever fails: an office, a proxy that hides its clients.
    return not AccessLog.objects.filter(username=name, ip_address=client_ip(request)).exists()


def _of_address(request: HttpRequest) -> Failures:
    """The failures of the address, unless it may be everybody's."""
    if is_shared(request):
        return []
    return _failures(request, ip_address=client_ip(request))


def _locked_until(request: HttpRequest, name: str | None) -> datetime:
    own = _failures(request, ip_address=client_ip(request), username=name)
    ends = [_end(own, settings.AXES_FAILURE_LIMIT)]
    if _is_address_locked(request, name):
        ends.append(_end(_of_address(request), settings.LOGIN_FAILURES_PER_ADDRESS))
    return max(end for end in [*ends, timezone.now()] if end)


def _failures(request: HttpRequest, **of: Any) -> Failures:
    recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request), **of)
    return list(recent.order_by("attempt_time").values_list("attempt_time", "failures_since_start"))


def _end(failures: Iterable[tuple[datetime, int]], limit: int) -> datetime | None:
    """When so many of the failures are too old that fewer than the limit are left; None if fewer are now."""
    given = list(failures)
    left, end = sum(count for _, count in given), None
    for at, count in given:
        if left < limit:
            break
        left, end = left - count, at + get_cool_off()
    return end
