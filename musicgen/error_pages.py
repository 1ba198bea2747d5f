"""The pages for requests that fail.

Django's own read the form for its CSRF token, which fails once more where the form cannot be read.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from musicgen import kept_form
from musicgen.login_pages import ROTATED, ask_to_log_in, give_back
from tracks.domain.roles import denial_of
from tracks.lib.script_requests import is_from_script
from tracks.queries.access import NotAllowed, NotLoggedIn, is_page, role_of


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if isinstance(exception, NotLoggedIn):
        return ask_to_log_in(request)
    sentence = str(exception) if isinstance(exception, NotAllowed) else _denial(request)
    if is_from_script(request):
        return JsonResponse({"detail": sentence, "code": "not_allowed"}, status=403)
    return render(request, "403.html", {"sentence": sentence}, status=403)


def _denial(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return "Your login does not allow this. Nothing was changed."
    return denial_of(role_of(request.user), is_superuser=request.user.is_superuser)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form of our own page is given back to its person, after a login where that ended."""
    match = request.resolver_match
    if match is None or not is_page(match.func) or not _is_from_our_page(request):
        return render(request, "403_csrf.html", status=403)
    if not request.user.is_staff:
        return ask_to_log_in(request)
    if is_from_script(request):
        return JsonResponse({"detail": f"{ROTATED} Load it again.", "code": "csrf"}, status=403)
    if kept := kept_form.read(kept_form.keep(request)):
        return give_back(request, kept, ROTATED, status=403)
    return render(request, "403_csrf.html", status=403)


def _is_from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says so. Else another site could have its own form confirmed by a person."""
    own = (f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)
    return request.headers.get("Origin") in own


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: what failed may be the session or the database that the page would ask.
    return HttpResponse(render_to_string("500.html"), status=500)
