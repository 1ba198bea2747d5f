"""API tokens in the admin: created and shown once; deleting one revokes it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import ForeignKey
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from tracks.admin.base import LargeTableAdmin
from tracks.models import ApiToken
from tracks.models.access import hashed
from tracks.queries.access import PERMISSIONS, may_manage
from tracks.templatetags.pages import time_tag


@admin.register(ApiToken)
class ApiTokenAdmin(LargeTableAdmin):
    list_display = ("id", "user", "may", "created")
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or may_manage(request.user, obj.user)
        )

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return ("user", "may", "created") if obj else ("user", "scope")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return ("may", "created") if obj else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Tokens belong to active staff; nobody makes one that may more than they may themselves."""
        staff = User.objects.filter(is_staff=True, is_active=True)
        managed = staff.prefetch_related(*PERMISSIONS)
        below = [user.pk for user in managed if may_manage(request.user, user)]
        kwargs |= {"queryset": staff.filter(pk__in=below), "initial": request.user.pk}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: ModelForm[ApiToken], change: bool
    ) -> None:
        token = ApiToken.issue(obj.user_id, obj.scope)
        obj.pk = ApiToken.objects.values_list("pk", flat=True).get(digest=hashed(token))
        obj._state.adding = False
        request.new_api_token = token  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The page with the token itself."""
        # No redirect, as that would put the token into a cookie or the database.
        messages.success(
            request, "The token is created. Copy it now: only its hash is stored, so it is never shown again."
        )
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": "A new API token",
            "token": request.new_api_token,  # type: ignore[attr-defined]
            "owner": obj.user,
        }
        return TemplateResponse(request, "admin/tracks/apitoken/made.html", context)

    @admin.display(description="may")
    def may(self, token: ApiToken) -> str:
        return f"at most what the role {token.scope} may" if token.scope else "all that its user may"

    @admin.display(description="created")
    def created(self, token: ApiToken) -> str:
        return time_tag(token.created_at)
