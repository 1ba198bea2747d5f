"""The providers: whether they answer, their balance, how reliably they call back, their operations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracks import providers
from tracks.api.base import ApiView
from tracks.api.fields import OneOf
from tracks.domain.updates import TrackKind
from tracks.domain.vocabulary import Vocabulary
from tracks.models import CatalogueEntry
from tracks.services import accounts
from tracks.services.accounts import Facts, Standing
from tracks.services.ingest import callback_health

SINCE = {Standing.HELD_BACK: "opened_at"}
UNTIL = {Standing.HELD_BACK: "opened_until", Standing.PAUSED: "paused_until", Standing.FULL: "full_until"}
BECAUSE = {Standing.HELD_BACK: "opened_because", Standing.PAUSED: "paused_because"}


class ProviderStandingSerializer(serializers.Serializer[Any]):
    """Whether requests go out. ``held_back``: until one trial request; ``failures``: in a row so far."""

    status = OneOf(Standing, source="standing", read_only=True)
    since = serializers.SerializerMethodField()
    until = serializers.SerializerMethodField()
    because = serializers.SerializerMethodField()
    failures = serializers.IntegerField(source="account.failures", read_only=True)

    def get_since(self, facts: Facts) -> datetime | None:
        return _time(facts, SINCE)

    def get_until(self, facts: Facts) -> datetime | None:
        return _time(facts, UNTIL)

    def get_because(self, facts: Facts) -> str:
        return str(getattr(facts.account, BECAUSE.get(facts.standing, ""), ""))


def _time(facts: Facts, columns: dict[Standing, str]) -> datetime | None:
    found: datetime | None = getattr(facts.account, columns.get(facts.standing, ""), None)
    return found


class RateSerializer(serializers.Serializer[Any]):
    """At most ``requests`` in any ``seconds``; ``used``: how many were sent in the last ``seconds``."""

    requests = serializers.IntegerField(source="provider.rate.requests", read_only=True)
    seconds = serializers.FloatField(source="provider.rate.seconds", read_only=True)
    used = serializers.IntegerField(read_only=True)


class ParallelSerializer(serializers.Serializer[Any]):
    """``running``: tasks being made; ``most``: the number at which the provider refused one more, or null."""

    running = serializers.IntegerField(read_only=True)
    most = serializers.IntegerField(source="account.parallel_most", allow_null=True, read_only=True)


class BalanceSerializer(serializers.Serializer[Any]):
    """The account's balance, when it was checked, and why the latest check failed."""

    amount = serializers.FloatField(source="account.balance", allow_null=True, read_only=True)
    unit = serializers.CharField(source="account.balance_unit", read_only=True)
    at = serializers.DateTimeField(source="account.balance_at", allow_null=True, read_only=True)
    error = serializers.CharField(source="account.balance_error", read_only=True)


class CallbackDaySerializer(serializers.Serializer[Any]):
    """Tasks that ended on one day (UTC). ``p50``, ``p95``: seconds until we knew of the provider's finish.

    ``missing``: by stage, how many finished tasks did not get that callback. ``cut``: there were more tasks.
    """

    date = serializers.DateField(read_only=True)
    finished = serializers.IntegerField(read_only=True)
    by_callback = serializers.IntegerField(read_only=True)
    by_poll = serializers.IntegerField(read_only=True)
    never_called = serializers.IntegerField(read_only=True)
    p50 = serializers.FloatField(allow_null=True, read_only=True)
    p95 = serializers.FloatField(allow_null=True, read_only=True)
    missing = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    cut = serializers.BooleanField(source="is_cut", read_only=True)


class CallbackHealthSerializer(serializers.Serializer[Any]):
    """``hints``: a callback only makes us poll. ``sick``: most do not arrive, so polls are more frequent."""

    hints = serializers.SerializerMethodField()
    sick = serializers.SerializerMethodField()
    days = serializers.SerializerMethodField()

    def get_hints(self, facts: Facts) -> bool:
        return callback_health.callbacks_are_hints(facts.provider.name)

    def get_sick(self, facts: Facts) -> bool:
        return callback_health.callbacks_unhealthy(facts.provider.name)

    @extend_schema_field(CallbackDaySerializer(many=True))
    def get_days(self, facts: Facts) -> Any:
        return CallbackDaySerializer(callback_health.callback_days(facts.provider.name), many=True).data


class ProviderRowSerializer(serializers.Serializer[Any]):
    """A provider in the list. ``host`` and ``dialect`` are blank where the settings name none."""

    name = serializers.CharField(source="provider.name", read_only=True)
    # DRF fields have an attribute of this name; a serializer that declares it is fine.
    label = serializers.CharField(source="provider.label", read_only=True)  # type: ignore[assignment]
    key_set = serializers.SerializerMethodField()
    host = serializers.CharField(read_only=True)
    dialect = serializers.CharField(read_only=True)
    standing = ProviderStandingSerializer(source="*", read_only=True)
    rate = RateSerializer(source="*", read_only=True)
    parallel = ParallelSerializer(source="*", read_only=True)
    balance = serializers.SerializerMethodField()
    callbacks = CallbackHealthSerializer(source="*", read_only=True)

    def get_key_set(self, facts: Facts) -> bool:
        return bool(facts.account.account)

    @extend_schema_field(
        BalanceSerializer(allow_null=True, help_text="Null where the provider reports none.")
    )
    def get_balance(self, facts: Facts) -> Any:
        return BalanceSerializer(facts).data if facts.provider.has_balance else None


class OperationSerializer(serializers.Serializer[Any]):
    """An operation; its parameters are in the schema of ``POST tasks/``."""

    name = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]  # as above
    summary = serializers.CharField(read_only=True)
    makes = OneOf(TrackKind, read_only=True)
    takes_source = serializers.BooleanField(read_only=True)
    needs_source = serializers.BooleanField(read_only=True)
    stages = serializers.ListField(child=serializers.CharField(), read_only=True)


class CatalogueEntrySerializer(serializers.ModelSerializer[CatalogueEntry]):
    """A model or a voice; unknown ones are sent with a warning. ``operations``: empty for all."""

    kind = OneOf(Vocabulary, read_only=True)
    operations = serializers.ListField(child=serializers.CharField(), read_only=True)
    listed = serializers.BooleanField(source="is_listed", read_only=True)

    class Meta:
        model = CatalogueEntry
        fields = ("kind", "name", "label", "operations", "listed")
        read_only_fields = fields


class ProviderSerializer(ProviderRowSerializer):
    """A provider with its operations, the known models and voices, and what is left out and why."""

    operations = serializers.SerializerMethodField()
    models = serializers.SerializerMethodField()
    left_out = serializers.DictField(
        source="provider.left_out", child=serializers.CharField(), read_only=True
    )

    @extend_schema_field(OperationSerializer(many=True))
    def get_operations(self, facts: Facts) -> Any:
        return OperationSerializer(facts.provider.operations.values(), many=True).data

    @extend_schema_field(CatalogueEntrySerializer(many=True))
    def get_models(self, facts: Facts) -> Any:
        rows = CatalogueEntry.objects.filter(provider=facts.provider.name)
        return CatalogueEntrySerializer(rows, many=True).data


class ProviderListView(ApiView):
    @extend_schema(
        operation_id="providers_list",
        summary="List the providers, with the state of each",
        responses=ProviderRowSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return Response(ProviderRowSerializer(accounts.all_facts(timezone.now()), many=True).data)


class ProviderView(ApiView):
    @extend_schema(
        summary="Read a provider, with its operations and models",
        parameters=[OpenApiParameter("name", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses=ProviderSerializer,
    )
    def get(self, request: Request, name: str) -> Response:
        try:
            facts = accounts.facts_of(name, timezone.now())
        except providers.UnknownProvider as error:
            raise NotFound(f"There is no provider with this name; known are: {_names()}.") from error
        return Response(ProviderSerializer(facts).data)


def _names() -> str:
    return ", ".join(providers.REGISTRY)
