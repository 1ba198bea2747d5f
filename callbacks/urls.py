"""The addresses of callbacks; without the closing slash too, because a redirect would lose the body."""

from django.urls import path, re_path

from callbacks.views import CallbackView

receive = CallbackView.as_view()

urlpatterns = [
    path("<str:provider>/<str:token>/", receive, name="callback"),
    path("<str:provider>/<str:token>", receive),
    path("<str:provider>/", receive, {"token": ""}),
    path("<str:provider>", receive, {"token": ""}),
    re_path("", receive, {"provider": "", "token": ""}),  # any other address is refused in the same form
]
