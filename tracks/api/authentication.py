"""``Authorization: Token <token>`` of a staff user."""

from __future__ import annotations

from django.contrib.auth.models import User
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tracks.models import ApiToken
from tracks.models.access import hashed


class ApiTokenAuthentication(BaseAuthentication):
    """Finds the token by its hash; refuses one whose user is no longer active."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("The header must be: Authorization: Token <token>.")
        digest = hashed(parts[1].decode("latin-1"))
        token = ApiToken.objects.select_related("user").filter(digest=digest).first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed("This API token is not known, or its user is not active.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class _Schema(OpenApiAuthenticationExtension):
    target_class = ApiTokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <token>"}
