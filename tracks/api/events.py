"""The feed of what changed, oldest first, for programs that follow along."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api.base import ApiView, read_query
from tracks.api.pages import link, page_schema
from tracks.api.queries import EventQuery
from tracks.api.serializers import EventSerializer
from tracks.models import Event


class EventListView(ApiView):
    @extend_schema(
        operation_id="events_list",
        summary="Follow what changes",
        description="`next` is always the link to go on with, also when nothing is new. No event is missed: "
        "one appears only when no older one can come any more.",
        parameters=[EventQuery],
        responses=page_schema("EventPage", EventSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(EventQuery, request)
        newer = Event.objects.settled().filter(pk__gt=asked["after"]).order_by("pk")
        events = list(newer[: asked["page_size"]])
        last = events[-1].pk if events else asked["after"]
        shown = EventSerializer(events, many=True).data
        return Response({"next": link(request, after=last), "previous": None, "results": shown})
