"""What all views of the API share: strict bodies and queries, and one shape for all errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from drf_standardized_errors.handler import exception_handler
from rest_framework.exceptions import (
    APIException,
    ErrorDetail,
    NotFound,
    ParseError,
    PermissionDenied,
    ValidationError,
)
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from tracks.api.parsing import StrictJSONParser
from tracks.api.permissions import MayDo, why_refused
from tracks.api.schema import ApiSchema
from tracks.domain.roles import Action
from tracks.services.lyrics import LyricsChangedMeanwhile
from tracks.services.notes import TooManyNotes
from tracks.services.playlists import NameTaken, PlaylistFull
from tracks.services.resolve import InvalidState
from tracks.services.review import ChangedMeanwhile
from tracks.services.submission.submit import KeyReused


class Conflict(APIException):
    status_code = 409
    default_code = "conflict"
    default_detail = "The current state does not allow this."


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "The body is larger than the API accepts."


class Unavailable(APIException):
    status_code = 503
    default_code = "unavailable"
    default_detail = "The database cannot be reached. Try again in a moment."


class ApiView(APIView):
    """Views validate, call one service and serialise; the exceptions of services become answers here."""

    parser_classes = (StrictJSONParser,)
    permission_classes: tuple[type[BasePermission], ...] = (MayDo,)
    schema = ApiSchema()
    # What each method that changes something asks for; the others ask for LOOK.
    actions: ClassVar[Mapping[str, Action]] = {}

    def action_of(self, method: str) -> Action:
        return Action.LOOK if method in SAFE_METHODS else self.actions[method]

    def get_exception_handler(self) -> Callable[[Exception, Any], Response | None]:
        return _handle_exception

    def require(self, action: Action) -> None:
        """For what depends on the body: raises PermissionDenied where the request may not do it."""
        if text := why_refused(self.request, action):
            raise PermissionDenied(text)

    def caller(self) -> User:
        """The user of the request; the permissions admit nobody else."""
        assert isinstance(self.request.user, User)
        return self.request.user


def _handle_exception(exc: Exception, context: Any) -> Response | None:
    answer: Response | None = exception_handler(_as_api_exception(exc), context)
    return answer


def _as_api_exception(exc: Exception) -> Exception:
    match exc:
        case ObjectDoesNotExist():
            return NotFound()
        case OperationalError() | InterfaceError():
            return Unavailable()
        case ChangedMeanwhile():
            names = " and the ".join(exc.fields)
            return Conflict(
                f"Somebody else changed the {names} meanwhile. Nothing was saved; look, and decide again."
            )
        case InvalidState() | LyricsChangedMeanwhile():
            return Conflict(str(exc))
        case NameTaken():
            return ValidationError({"name": [ErrorDetail(str(exc), "unique")]})
        case PlaylistFull() | TooManyNotes():
            return Conflict(str(exc))
        case KeyReused():
            return Conflict("This Idempotency-Key was used before, with another body.")
        case RequestDataTooBig():
            return BodyTooLarge()
        case TooManyFieldsSent():
            return ParseError("The query has more parameters than the API accepts.")
    return exc


def read_query(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The query's parameters, checked by the serializer; a blank one, ``?status=``, counts as left out."""
    given = {name: value for name, value in request.query_params.items() if str(value).strip()}
    return _checked(shape(data=given))


def read_body(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    return _checked(shape(data=request.data))


def _checked(serializer: Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class AnyAccept(BaseContentNegotiation):
    """For files: any Accept header is accepted, whatever a player or a download tool sends."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)


class NotFoundView(ApiView):
    """404 for every other URL of the API, for any method and any user."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = AnyAccept
    schema = None  # type: ignore[assignment]  # how the framework leaves a view out

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound(
            "There is nothing here. All URLs except those of lyrics, media and exports end with a slash."
        )
