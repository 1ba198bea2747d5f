"""Every address of the site."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from musicgen.error_pages import not_found, permission_denied
from musicgen.health import healthz, readyz
from musicgen.login_pages import LogInAgain

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("callbacks/", include("callbacks.urls")),
    path("api/v1/", include("tracks.api.urls")),
    # NUL is in no text that PostgreSQL stores: to look for it there is an error.
    re_path(r"^admin/[^\0]*\0", not_found, {"exception": Http404()}),
    # No form of ours asks it, and it looks for any text.
    path("admin/autocomplete/", permission_denied, {"exception": PermissionDenied()}),
    path("admin/", admin.site.urls),
    path("log-in-again/", LogInAgain.as_view(), name="log-in-again"),
    # Some browsers ask for it where a page names no icon, such as the schema's.
    path("favicon.ico", RedirectView.as_view(url=static("favicon.svg"))),
    path("", include("tracks.urls")),
]

handler400 = "musicgen.error_pages.bad_request"
handler403 = "musicgen.error_pages.permission_denied"
handler404 = "musicgen.error_pages.not_found"
handler500 = "musicgen.error_pages.server_error"
