"""The door's addresses; without the closing slash too, because a redirect would lose the body."""

from django.urls import path

from callbacks.views import receive

urlpatterns = [
    path("<str:provider>/<str:token>/", receive, name="callback"),
    path("<str:provider>/<str:token>", receive),
    path("<str:provider>/", receive, {"token": ""}),
    path("<str:provider>", receive, {"token": ""}),
]
