"""The form of the login: it tells who has no access from who mistyped, once the password was right."""

from __future__ import annotations

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User

NO_ACCESS = (
    "The password is right, but this account has no access here. Ask somebody with the role admin for it: "
    "they can make the account one of staff and give it a role."
)


class StaffLogin(AdminAuthenticationForm):
    def confirm_login_allowed(self, user: User) -> None:
        """Called once the password was right, so a stranger learns of no account."""
        if user.is_active and not user.is_staff:
            raise forms.ValidationError(NO_ACCESS, code="no_access")
        super().confirm_login_allowed(user)
