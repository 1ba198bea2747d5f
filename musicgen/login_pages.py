"""Asking for a login: a redirect, JSON for scripts, or a page that keeps the form that was posted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url

from musicgen import kept_form
from musicgen.login_form import StaffLogin
from tracks.lib.script_requests import is_from_script

LOGGED_OUT = "You are not logged in any more, so nothing was changed. Log in and send it again."
ROTATED = "The page was open for too long, or you logged in again meanwhile."


def ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """What is answered instead of a page; a form that was posted is kept through the login."""
    if is_from_script(request):
        address = redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL)).url
        return JsonResponse({"detail": LOGGED_OUT, "code": "logged_out", "login": address}, status=401)
    if kept := kept_form.keep(request):
        return _login_page(request, kept)
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


def _login_page(request: HttpRequest, kept: str) -> HttpResponse:
    context = {"form": StaffLogin(request), "kept": kept}
    return render(request, "login_again.html", context, status=403)


class LogInAgain(LoginView):
    """Takes the login of that page, and gives the form back."""

    template_name = "login_again.html"
    authentication_form = StaffLogin

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The address without what was posted to it: there is nothing to give back."""
        return redirect(settings.LOGIN_URL)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        assert isinstance(user, User)
        login(self.request, user)
        kept = kept_form.read(self._kept)
        return give_back(self.request, kept, "You were logged out before it could be sent.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kept": self._kept}

    @property
    def _kept(self) -> str:
        return self.request.POST.get("kept", "")


def give_back(
    request: HttpRequest, kept: kept_form.KeptForm | None, reason: str, status: int = 200
) -> HttpResponse:
    """The page with what was typed, to be sent again by its person."""
    if kept is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "kept_form.html", {"kept": kept, "reason": reason}, status=status)
