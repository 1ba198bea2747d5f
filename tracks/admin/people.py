"""Users and groups in the admin: nobody gives more than they have, and the last superuser stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest

from tracks.admin.offered import OfferedLookups
from tracks.queries.access import may_manage, names_of

if TYPE_CHECKING:
    AnyUserAdmin = UserAdmin[User]
    AnyUserForm = UserChangeForm[User]
    AnyPasswordForm = AdminPasswordChangeForm[User]
else:
    AnyUserAdmin, AnyUserForm, AnyPasswordForm = UserAdmin, UserChangeForm, AdminPasswordChangeForm

LAST = (
    "This is the last superuser who can log in. Nothing was changed. Make another user an active staff "
    "superuser with a password first: without one nobody could manage users any more."
)


def is_last_superuser(leaving: Iterable[User]) -> bool:
    """Whether no superuser who can log in would be left without these users."""
    able = _able()
    gone = {user.pk for user in leaving}
    return bool(able & gone) and not able - gone


def _able() -> set[int]:
    superusers = User.objects.filter(is_superuser=True, is_staff=True, is_active=True)
    return {user.pk for user in superusers if user.has_usable_password()}


class PersonForm(AnyUserForm):
    def clean(self) -> dict[str, Any]:
        cleaned = {**(super().clean() or {})}
        needed = ("is_active", "is_staff", "is_superuser")
        is_leaving = any(name in cleaned and not cleaned[name] for name in needed)
        if is_leaving and is_last_superuser([self.instance]):
            raise ValidationError(LAST)
        return cleaned


class PersonPasswordForm(AnyPasswordForm):
    def clean(self) -> dict[str, Any]:
        cleaned = {**(super().clean() or {})}
        if cleaned.get("set_usable_password") is False and is_last_superuser([self.user]):
            self.add_error("usable_password", LAST)
        return cleaned


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(OfferedLookups, AnyUserAdmin):
    """Only superusers make superusers and give single permissions; others manage whom they outrank."""

    form = PersonForm
    change_password_form = PersonPasswordForm
    list_display = ("username", "email", "roles", "is_staff", "is_superuser", "is_active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        # Both are facts; their widgets are four fields without labels.
        facts = ("last_login", "date_joined")
        fixed = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        return (*super().get_readonly_fields(request, obj), *facts, *fixed)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.filter(pk__in=_groups_to_give(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The last superuser is protected, also where several are selected."""
        deletable, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deletable, counts, needed, [*protected, *([LAST] if is_last_superuser(objs) else [])]

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


def _groups_to_give(request: HttpRequest) -> list[int]:
    """Groups with no permission that the user lacks: whom the user may change is in such groups only."""
    own = request.user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    return [
        group.pk for group in groups if request.user.is_superuser or names_of(group.permissions.all()) <= own
    ]


@admin.register(Group)
class RoleAdmin(OfferedLookups, GroupAdmin):  # type: ignore[misc]  # the stubs' GroupAdmin gives no Any
    """Only superusers change what a role may: anybody else could give themselves everything."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser
