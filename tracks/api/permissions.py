"""Who may call the API: staff whose role has the action of the call, and whose token allows it."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tracks.domain.roles import Action, refusal_of, standing_of
from tracks.models import ApiToken
from tracks.queries.access import may, role_of, scope_allows

FOR_STAFF = "The API is for staff: somebody with the role admin can make your user one of them."


class MayDo(BasePermission):
    """Asks for the view's action; a method that the view does not have is left to its 405."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_staff:
            self.message = FOR_STAFF
            return False
        method = str(request.method)
        if method not in view.allowed_methods:
            return True
        self.message = why_refused(request, view.action_of(method))
        return not self.message


def why_refused(request: Request, action: Action) -> str:
    """Why this request may not do it, for people; blank where it may."""
    if not may(request.user, action):
        return f"{refusal_of(action)} {standing_of(role_of(request.user))}"
    if isinstance(request.auth, ApiToken) and not scope_allows(request.auth.scope, action):
        text = f"Your user may, but this token has the role {request.auth.scope} only."
        return f"{refusal_of(action)} {text}"
    return ""
