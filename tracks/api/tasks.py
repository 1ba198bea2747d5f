"""Tasks: list, read, create, poll now, and resolve when the answer to the submit was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from tracks.api import querysets
from tracks.api.base import ApiView, read_body, read_query
from tracks.api.bodies import NewTask, Settlement
from tracks.api.pagination import page_response, page_schema
from tracks.api.queries import TaskQuery, wanted_tasks
from tracks.api.schema import ErrorSerializer
from tracks.api.serializers import TaskRowSerializer, TaskSerializer
from tracks.domain.roles import Action
from tracks.services import resolve
from tracks.services.submission.submit import Idempotency, create_task, fingerprint

MAX_KEY_LENGTH = 255
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
    OpenApiParameter.HEADER,
    description="Makes a repeat of this request harmless: it answers with the task of the first one.",
)
CONFLICT = OpenApiResponse(ErrorSerializer, description="The task's state does not allow this.")


class TaskListView(ApiView):
    actions: ClassVar = {"POST": Action.ORDER}

    @extend_schema(
        operation_id="tasks_list",
        summary="List tasks",
        parameters=[TaskQuery],
        responses=page_schema("TaskPage", TaskRowSerializer),
    )
    def get(self, request: Request) -> Response:
        query = read_query(TaskQuery, request)
        return page_response(request, wanted_tasks(querysets.task_rows(), query), query, TaskRowSerializer)

    @extend_schema(
        summary="Create a task",
        description="The task waits for a worker to send it; this answer does not wait for the provider. "
        "With source_track, the id of a track here, params may leave out what names it at the provider.",
        parameters=[IDEMPOTENCY_KEY],
        request=NewTask,
        responses={
            201: TaskSerializer,
            200: OpenApiResponse(
                TaskSerializer, description="The same key and body were sent before: the task of then."
            ),
            409: OpenApiResponse(ErrorSerializer, description="The key was used before, with another body."),
        },
    )
    def post(self, request: Request) -> Response:
        body = read_body(NewTask, request)
        prepared = body.pop("prepared")
        task, is_new = create_task(
            body["provider"],
            body["operation"],
            prepared.params,
            self.caller(),
            _idempotency(request, body),
            source=prepared.source,
            warnings=prepared.warnings,
        )
        headers = {"Location": reverse("api:task-detail", [task.pk], request=request)}
        return _task_response(request, task.pk, status=201 if is_new else 200, headers=headers)


class TaskView(ApiView):
    @extend_schema(summary="Read a task, with its tracks and events", responses=TaskSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return _task_response(request, pk)


class RefreshView(ApiView):
    actions: ClassVar = {"POST": Action.RESOLVE}

    @extend_schema(summary="Poll a task now", request=None, responses={202: TaskSerializer, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        resolve.poll_now(pk, self.caller().username)
        return _task_response(request, pk, status=202)


class SettleView(ApiView):
    actions: ClassVar = {"POST": Action.RESOLVE}

    @extend_schema(
        summary="Resolve a task whose answer to the submit was lost",
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
        return _task_response(request, pk)


def _task_response(request: Request, pk: int, **options: Any) -> Response:
    task = get_object_or_404(querysets.tasks_with_details(), pk=pk)
    return Response(TaskSerializer(task, context={"request": request}).data, **options)


def _idempotency(request: Request, body: Mapping[str, Any]) -> Idempotency | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not key.strip() or len(key) > MAX_KEY_LENGTH or "\x00" in key:
        text = f"The Idempotency-Key must have 1 to {MAX_KEY_LENGTH} characters."
        raise ValidationError({"Idempotency-Key": text})
    return Idempotency(key, fingerprint(**body))
