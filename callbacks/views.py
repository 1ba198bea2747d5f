"""The callback endpoint: translates between HTTP and ``callbacks.receive``, and decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView, exception_handler

from callbacks.receive import (
    Answer,
    Refusal,
    check_token,
    cut_off,
    find_provider,
    only_post,
    receive,
    too_large,
)


class RawBodyParser(BaseParser):
    """The bytes of the body as they came, of any media type."""

    media_type = "*/*"

    def parse(  # type: ignore[override]  # bytes, where the framework expects a mapping
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> bytes:
        """``stream``: the Django request. Raises Refusal with 413 and 400."""
        limit = settings.CALLBACK_MAX_BYTES
        length = stream.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > limit:
            raise too_large()
        try:
            raw: bytes = _reader(stream)(limit + 1)
        except (UnreadablePostError, OSError):
            raise cut_off() from None
        if len(raw) > limit:
            raise too_large()
        if len(raw) < int(length):  # granian hands over what came and says nothing
            raise cut_off()
        return raw


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    """Reads up to so many bytes. Django takes a body without a declared length (chunked, HTTP/2) for empty;
    a server that sets ``wsgi.input_terminated``, as granian does, ends the stream where the body ends.
    """
    chunked = not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated")
    read: Callable[[int], bytes] = request.META["wsgi.input"].read if chunked else request.read
    return read


class RawRequest(Request):
    """Always has a body to parse: the framework passes one over that declares no length."""

    def _load_stream(self) -> None:
        self._stream = self._request  # type: ignore[assignment]  # it reads as a stream does


class CallbackTokenAuthentication(BaseAuthentication):
    """The token in the path: a task's own, or one of CALLBACK_TOKEN. Checked before the body is read."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, str] | None:
        """No user, and the token. Raises Refusal with 404 and 403."""
        named = request.parser_context["kwargs"]
        provider = find_provider(named["provider"])
        if request.method != "POST":
            return None  # answered with 405, whatever the token
        check_token(provider.name, named["token"])
        return AnonymousUser(), named["token"]


class AnyMedia(BaseContentNegotiation):
    """A sender's Accept and Content-Type are no reason to refuse a callback."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class CallbackView(APIView):
    """``POST /callbacks/<provider>/<token>/``, with and without the closing slash."""

    http_method_names = ["post"]
    authentication_classes = [CallbackTokenAuthentication]
    permission_classes = []
    parser_classes = [RawBodyParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AnyMedia
    schema = None  # described for each provider by callbacks.openapi

    def post(self, request: Request, provider: str, token: str) -> HttpResponse:
        raw = cast(bytes, request.data)  # of the parser above
        return _response(receive(provider, token, request.headers, raw))

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        return RawRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None: an answer's headers are its own."""
        return {}

    def get_exception_handler(self) -> Callable[[Exception, Any], Any]:
        return _refused


def _refused(refusal: Exception, context: Any) -> Any:
    if isinstance(refusal, MethodNotAllowed):
        refusal = only_post()
    if isinstance(refusal, Refusal):
        return _response(refusal.answer)
    return exception_handler(refusal, context)


def _response(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, answer.content_type, answer.status, headers=dict(answer.headers))
