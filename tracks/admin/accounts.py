"""Accounts at the providers: whether requests go out, and what is left. Two buttons for a person's word."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from tracks import providers
from tracks.admin import shown
from tracks.admin.facts import FactAdmin
from tracks.models import Account
from tracks.presentation.labels import QUIET, StateLabel, provider_label
from tracks.presentation.providers import amount, standing_state
from tracks.services import accounts
from tracks.services.polling import balance
from tracks.templatetags.pages import moment


@admin.register(Account)
class AccountAdmin(FactAdmin):
    list_display = ("name", "state", "left", "looked", "failures", "paused", "opened")
    ordering = ("provider",)
    actions = ("resume", "look_at_balance")
    fieldsets = (
        (None, {"fields": ("name", "state_said")}),
        ("What is left", {"fields": ("left", "looked", "balance_reason", "next_check")}),
        ("Held back", {"fields": ("failures", "opened", "tries_again", "opened_reason")}),
        ("Slowed down", {"fields": ("paused", "paused_reason", "parallel_most", "full")}),
        ("Inside", {"classes": ("collapse",), "fields": ("account", "version", "lately")}),
    )

    def view_on_site(self, obj: Account) -> str:
        return f"{reverse('providers')}#{obj.provider}"

    @admin.action(description="End the pause, try again now", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        freed = [row for row in queryset if accounts.resume(row.pk)]
        if freed:
            names = ", ".join(provider_label(row.provider) for row in freed)
            messages.success(request, f"Requests go out again: {names}.")
        else:
            messages.info(request, "Nothing was held back.")

    @admin.action(description="Look at the balance now", permissions=["operate"])
    def look_at_balance(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        for row in queryset:
            if not _is_in_use(row):
                messages.warning(request, f"{row}: its key is not the one in use.")
            elif not providers.get(row.provider).tells_balance:
                messages.warning(request, f"{provider_label(row.provider)} does not tell a balance.")
            else:
                balance.check_balance_soon(row.provider)
                messages.success(
                    request, f"{provider_label(row.provider)} is asked as soon as a worker is free."
                )

    @admin.display(description="provider")
    def name(self, account: Account) -> str:
        return provider_label(account.provider)

    @admin.display(description="state")
    def state(self, account: Account) -> SafeString:
        return shown.state(_state(account))

    @admin.display(description="state")
    def state_said(self, account: Account) -> SafeString:
        return shown.state_said(_state(account))

    @admin.display(description="balance")
    def left(self, account: Account) -> str:
        known = f"{amount(account.balance)} {account.balance_unit}".strip()
        return known if account.balance is not None else shown.NOTHING

    @admin.display(description="last looked at")
    def looked(self, account: Account) -> str:
        return moment(account.balance_at)

    @admin.display(description="next look")
    def next_check(self, account: Account) -> str:
        return moment(account.balance_due_at)

    @admin.display(description="why there is no newer one")
    def balance_reason(self, account: Account) -> str:
        return shown.visible(account.balance_error) or shown.NOTHING

    @admin.display(description="not answering since")
    def opened(self, account: Account) -> str:
        return moment(account.opened_at)

    @admin.display(description="one request tries again")
    def tries_again(self, account: Account) -> str:
        return moment(account.opened_until)

    @admin.display(description="reason")
    def opened_reason(self, account: Account) -> str:
        return shown.visible(account.opened_because) or shown.NOTHING

    @admin.display(description="paused until")
    def paused(self, account: Account) -> str:
        is_over = account.paused_until and account.paused_until <= timezone.now()
        return shown.NOTHING if is_over else moment(account.paused_until)

    @admin.display(description="reason")
    def paused_reason(self, account: Account) -> str:
        return shown.visible(account.paused_because) or shown.NOTHING

    @admin.display(description="one more task is tried")
    def full(self, account: Account) -> str:
        return moment(account.full_until)

    @admin.display(description="requests that count")
    def lately(self, account: Account) -> SafeString:
        return shown.pretty(account.recent)


def _is_in_use(account: Account) -> bool:
    return (
        account.provider in providers.REGISTRY and providers.get(account.provider).account == account.account
    )


def _state(account: Account) -> StateLabel:
    if not _is_in_use(account):
        return StateLabel("not in use", QUIET, "Another key is set now.")
    now = timezone.now()
    return standing_state(accounts.facts_of(account.provider, now), now)
