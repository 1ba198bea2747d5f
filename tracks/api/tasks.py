"""Tasks: listed, read, made, polled at once, and settled when their submit's answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from tracks.api import rows
from tracks.api.base import ApiView, read_body, read_query
from tracks.api.bodies import NewTask, Settlement
from tracks.api.pages import page, page_schema
from tracks.api.queries import TaskQuery, wanted_tasks
from tracks.api.schema import ErrorSerializer
from tracks.api.serializers import TaskRowSerializer, TaskSerializer
from tracks.services import resolve
from tracks.services.submission.submit import Idempotency, create_task, fingerprint

LONGEST_KEY = 255
ONCE = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    OpenApiParameter.HEADER,
    description="Makes a repeat of this request harmless: it is answered with the task of the first one.",
)
CONFLICT = OpenApiResponse(ErrorSerializer, description="The task's state does not allow this.")


class TaskListView(ApiView):
    @extend_schema(
        operation_id="tasks_list",
        summary="List tasks",
        parameters=[TaskQuery],
        responses=page_schema("TaskPage", TaskRowSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(TaskQuery, request)
        return page(request, wanted_tasks(rows.task_rows(), asked), asked, TaskRowSerializer)

    @extend_schema(
        summary="Create a task",
        description="The task waits for a worker to send it; this answer does not wait for the provider. "
        "With source_track, the id of a song here, what names it at the provider may be left out of params.",
        parameters=[ONCE],
        request=NewTask,
        responses={
            201: TaskSerializer,
            200: OpenApiResponse(TaskSerializer, description="The same key and body came before: its task."),
            409: OpenApiResponse(ErrorSerializer, description="The key was used before, with another body."),
        },
    )
    def post(self, request: Request) -> Response:
        body = read_body(NewTask, request)
        prepared, named = body.pop("prepared"), (body["provider"], body["operation"])
        task, is_new = create_task(
            *named,
            prepared.params,
            self.caller(),
            _once(request, body),
            source=prepared.source,
            warnings=prepared.warnings,
        )
        place = {"Location": reverse("api:task-detail", [task.pk], request=request)}
        return _shown(request, task.pk, status=201 if is_new else 200, headers=place)


class TaskView(ApiView):
    @extend_schema(summary="Read a task, with its tracks and events", responses=TaskSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return _shown(request, pk)


class RefreshView(ApiView):
    @extend_schema(
        summary="Poll a task at once", request=None, responses={202: TaskSerializer, 409: CONFLICT}
    )
    def post(self, request: Request, pk: int) -> Response:
        resolve.poll_now(pk, self.caller().username)
        return _shown(request, pk, status=202)


class SettleView(ApiView):
    @extend_schema(
        summary="Settle a task whose submit's answer was lost",
        request=Settlement,
        responses={200: TaskSerializer, 409: CONFLICT},
    )
    def post(self, request: Request, pk: int) -> Response:
        match read_body(Settlement, request):
            case {"external_id": external_id}:
                resolve.set_external_id(pk, external_id, self.caller().username)
            case {"resend": True}:
                resolve.resend(pk, self.caller().username)
            case _:
                resolve.abandon(pk, self.caller().username)
        return _shown(request, pk)


def _shown(request: Request, pk: int, **options: Any) -> Response:
    task = get_object_or_404(rows.tasks(), pk=pk)
    return Response(TaskSerializer(task, context={"request": request}).data, **options)


def _once(request: Request, body: Mapping[str, Any]) -> Idempotency | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or "\x00" in key:
        text = f"The Idempotency-Key must have 1 to {LONGEST_KEY} characters."
        raise ValidationError({"Idempotency-Key": text})
    return Idempotency(key, fingerprint(**body))
