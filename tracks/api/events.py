"""The feed of events, oldest first, for programs that follow changes."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api.base import ApiView, read_query
from tracks.api.pagination import page_link, page_schema
from tracks.api.queries import EventQuery
from tracks.api.serializers import EventSerializer
from tracks.models import Event


class EventListView(ApiView):
    @extend_schema(
        operation_id="events_list",
        summary="Follow what changes",
        description="`next` is always the link to continue with, also when nothing is new. No event is "
        "missed: one appears only when no older one can come any more.",
        parameters=[EventQuery],
        responses=page_schema("EventPage", EventSerializer),
    )
    def get(self, request: Request) -> Response:
        query = read_query(EventQuery, request)
        newer = Event.objects.gapless().filter(pk__gt=query["after"]).order_by("pk")
        events = list(newer[: query["page_size"]])
        last = events[-1].pk if events else query["after"]
        shown = EventSerializer(events, many=True).data
        return Response({"next": page_link(request, after=last), "previous": None, "results": shown})
