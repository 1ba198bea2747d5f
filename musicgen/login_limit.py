"""How many wrong passwords are taken: for one name from one address, and from one address for all names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_user_agent, get_client_username, get_cool_off
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from musicgen.client_ip import client_ip, is_shared, unknown_proxy


@dataclass(frozen=True)
class FailureLimit:
    """At so many failures among these attempts nobody whom they concern logs in."""

    attempts: QuerySet[Any]  # AccessAttempt, which has no types
    most: int

    def end(self) -> datetime | None:
        """When so many are too old that fewer than the limit are left; None if fewer are now."""
        given = list(
            self.attempts.order_by("attempt_time").values_list("attempt_time", "failures_since_start")
        )
        left, end = sum(count for _, count in given), None
        for at, count in given:
            if left < self.most:
                break
            left, end = left - count, at + get_cool_off()
        return end


class LoginLimit(AxesDatabaseHandler):  # type: ignore[misc]  # it has no types
    """The limits that AXES_LOCKOUT_PARAMETERS cannot say: several, and apart for each unknown proxy."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """AXES_FAILURE_LIMIT, which locks, where any of the limits is reached, and 0 where none is."""
        ends = _ends(request, get_client_username(request, credentials))
        return settings.AXES_FAILURE_LIMIT if any(ends) else 0

    def filter_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> list[QuerySet[Any]]:
        """What a login makes good: the failures of its name, from where it comes."""
        name = get_client_username(request, credentials)
        return [_from_here(AccessAttempt.objects.all(), request).filter(username=name)]

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Stores by which way the request came."""
        if request is not None:
            request.axes_user_agent = _agent(request)  # type: ignore[attr-defined]  # set by the library
        super().user_login_failed(sender, credentials, request, **kwargs)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Stores by which way the request came."""
        request.axes_user_agent = _agent(request)  # type: ignore[attr-defined]  # set by the library
        super().user_logged_in(sender, request, user, **kwargs)


def name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The name that is tried, cut to what the library's tables take: no user has a longer one."""
    name = (credentials or request.POST).get("username")
    return name and name[: AccessAttempt._meta.get_field("username").max_length]


def locked(request: HttpRequest, response: HttpResponse | None, credentials: Any = None) -> HttpResponse:
    """The answer to a login that is locked: until when, and what to do."""
    ends = _ends(request, get_client_username(request, credentials))
    until = max((end for end in ends if end), default=timezone.now())
    seconds = max(1, ceil((until - timezone.now()).total_seconds()))
    context = {"until": until, "wait": timedelta(minutes=ceil(seconds / 60))}
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        detail = "Too many wrong passwords came from here. Try again after the time given."
        answer: HttpResponse = JsonResponse({"detail": detail, "until": until.isoformat()}, status=429)
    else:
        answer = render(request, settings.AXES_LOCKOUT_TEMPLATE, context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def locked_names(now: datetime, most: int) -> int:
    """How many names cannot log in from some address now; counting stops at ``most``."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=now - get_cool_off())
    failures = recent.order_by().values("username", "ip_address").annotate(n=Sum("failures_since_start"))
    return int(failures.filter(n__gte=settings.AXES_FAILURE_LIMIT)[:most].count())


def _ends(request: HttpRequest, name: str | None) -> Iterator[datetime | None]:
    """When each limit that concerns the request lets it in again; None for those that are not reached."""
    here = _from_here(_recent(request), request)
    yield FailureLimit(here.filter(username=name), settings.AXES_FAILURE_LIMIT).end()
    # Who came in from there before shares it with whoever fails: an office, a proxy that hides its clients.
    if _from_here(AccessLog.objects.all(), request).filter(username=name).exists():
        return
    if not is_shared(request):
        yield FailureLimit(here, settings.LOGIN_FAILURES_PER_ADDRESS).end()
    if settings.BEHIND_PROXY or unknown_proxy(request):
        # The address may be invented, a new one for each guess: also behind a trusted proxy that passes on
        # a header X_Forwarded_For, which WSGI spells as it does X-Forwarded-For.
        same_way = _this_way(_recent(request), request)
        yield FailureLimit(same_way.filter(username=name), settings.LOGIN_FAILURES_PER_NAME).end()


def _recent(request: HttpRequest) -> QuerySet[Any]:
    recent: QuerySet[Any] = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
    return recent


def _from_here(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Those from the address of the request that came by the same way."""
    return _this_way(rows, request).filter(ip_address=client_ip(request))


def _this_way(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    return rows.filter(user_agent__startswith=_way(request))


def _agent(request: HttpRequest) -> str:
    """The browser, after the way: a column that the library's tables have and that tells rows apart."""
    return f"{_way(request)}{get_client_user_agent(request)}"[:255]


def _way(request: HttpRequest) -> str:
    # Each begins with a word of ours, so that no browser's name can pass for another way.
    proxy = unknown_proxy(request)
    return f"through {proxy}: " if proxy else "direct: "
