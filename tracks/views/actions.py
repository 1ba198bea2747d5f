"""What follows a form: the page that it came from, or an answer where it asks for what no page can do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

UNKNOWN = (
    "The form asked for an action that this page does not have, so nothing was changed. Go back, load the "
    "page again and press the button once more."
)


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page of ours that the form names in ``next``: a review given in a list returns to it."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if is_ours else otherwise)


def unknown_action(request: HttpRequest) -> HttpResponse:
    return render(request, "400.html", {"sentence": UNKNOWN}, status=400)
