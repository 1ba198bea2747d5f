"""Whether somebody may do something: asked by pages and API, answered by Django's permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tracks.domain.roles import Action, Role, permissions_of, refusal_of, standing_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class NotAllowed(PermissionDenied):
    """Its text is a sentence for the person."""


class NotLoggedIn(PermissionDenied):
    """A page was asked for without a login of staff; whoever answers asks for one."""


def is_page(view: Callable[..., Any]) -> bool:
    """Whether the view is a page of ours, see :func:`allowed_to`."""
    return getattr(view, "is_page", False)


def may(user: User | AnonymousUser, action: Action) -> bool:
    """Staff whose groups or own permissions include the action; superusers always."""
    return user.is_staff and user.has_perm(action)


def scope_allows(scope: str, action: Action) -> bool:
    """Whether a token of this scope, the name of a role or blank for all, may do it if its user may."""
    return not scope or action in permissions_of(Role(scope))


def may_manage(user: User | AnonymousUser, other: User) -> bool:
    """Whether the user has every permission that the other has, or would have if they were active.

    Nobody can give, or take over, more than they have. For many others prefetch PERMISSIONS of them.
    """
    return user.is_superuser or (not other.is_superuser and _given(other) <= user.get_all_permissions())


# What may_manage reads of the other user.
PERMISSIONS = ("user_permissions__content_type", "groups__permissions__content_type")


def _given(user: User) -> set[str]:
    """As ``app.codename``; Django's get_all_permissions() is empty for who is inactive."""
    prefetch_related_objects([user], *PERMISSIONS)
    own = user.user_permissions.all()
    return set().union(names_of(own), *(names_of(group.permissions.all()) for group in user.groups.all()))


def names_of(permissions: Iterable[Permission]) -> set[str]:
    """Each as ``app.codename``."""
    return {f"{each.content_type.app_label}.{each.codename}" for each in permissions}


def role_of(user: User | AnonymousUser) -> Role | None:
    """The highest of the user's roles."""
    names = set(user.groups.values_list("name", flat=True)) if user.is_authenticated else set()
    return next((role for role in reversed(Role) if role in names), None)


def demand(request: HttpRequest, action: Action) -> None:
    """Raises NotAllowed where the request's user may not."""
    if not may(request.user, action):
        raise NotAllowed(f"{refusal_of(action)} {standing_of(role_of(request.user))}")


def allowed_to(action: Action) -> Callable[[View[P]], View[P]]:
    """A page for staff who may do it: others are sent to the login, or told who may."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not (request.user.is_active and request.user.is_staff):
                raise NotLoggedIn
            demand(request, action)
            return view(request, *args, **kwargs)

        checked.is_page = True  # type: ignore[attr-defined]
        return cast(View[P], checked)

    return wrap
