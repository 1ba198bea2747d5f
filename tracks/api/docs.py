"""The API's schema, and its documentation as a page that loads nothing from other hosts."""

from __future__ import annotations

from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api.base import ApiView


class SchemaView(ApiView, SpectacularAPIView):
    """OpenAPI as JSON, without the library's query parameters, which reach headers and paths unchecked."""

    renderer_classes = [OpenApiJsonRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        answer: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
        return answer

    def _get_version_parameter(self, request: Request) -> None:
        return None


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own files; its start-up script is a separate file, as the CSP requires."""

    url_name = "api:schema"
    template_name = "api/docs.html"
