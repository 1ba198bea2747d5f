"""Accounts in the admin: whether requests go out, and the balance; both can be checked again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from tracks import providers
from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.models import Account
from tracks.presentation.labels import QUIET, StateLabel, provider_label
from tracks.presentation.providers import amount, standing_state
from tracks.services import accounts
from tracks.services.polling import balance
from tracks.templatetags.pages import time_tag


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "balance_text", "checked", "failures", "paused", "opened")
    ordering = ("provider",)
    actions = ("resume", "check_balance")
    fieldsets = (
        (None, {"fields": ("name", "state_detail")}),
        ("Balance", {"fields": ("balance_text", "checked", "balance_reason", "next_check")}),
        ("Held back", {"fields": ("failures", "opened", "tries_again", "opened_reason")}),
        ("Slowed down", {"fields": ("paused", "paused_reason", "parallel_most", "full")}),
        ("Internals", {"classes": ("collapse",), "fields": ("account", "version", "recent_requests")}),
    )

    def view_on_site(self, obj: Account) -> str:
        return f"{reverse('providers')}#{obj.provider}"

    @admin.action(description="End the pause and try again now", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        freed = [row for row in queryset if accounts.resume(row.pk)]
        if freed:
            names = ", ".join(provider_label(row.provider) for row in freed)
            messages.success(request, f"Requests go out again: {names}.")
        else:
            messages.info(request, "Nothing was held back.")

    @admin.action(description="Check the balance now", permissions=["operate"])
    def check_balance(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        for row in queryset:
            if not _is_in_use(row):
                messages.warning(request, f"{row}: its key is not the one in use.")
            elif not providers.get(row.provider).has_balance:
                messages.warning(request, f"{provider_label(row.provider)} does not report a balance.")
            else:
                balance.check_balance_soon(row.provider)
                messages.success(
                    request, f"{provider_label(row.provider)}: a worker checks the balance next."
                )

    @admin.display(description="provider")
    def name(self, account: Account) -> str:
        return provider_label(account.provider)

    @admin.display(description="state")
    def state(self, account: Account) -> SafeString:
        return formatting.state(_state(account))

    @admin.display(description="state")
    def state_detail(self, account: Account) -> SafeString:
        return formatting.state_detail(_state(account))

    @admin.display(description="balance")
    def balance_text(self, account: Account) -> str:
        known = f"{amount(account.balance)} {account.balance_unit}".strip()
        return known if account.balance is not None else formatting.NOTHING

    @admin.display(description="last checked")
    def checked(self, account: Account) -> str:
        return time_tag(account.balance_at)

    @admin.display(description="next check")
    def next_check(self, account: Account) -> str:
        return time_tag(account.balance_due_at)

    @admin.display(description="why the latest check failed")
    def balance_reason(self, account: Account) -> str:
        return formatting.visible(account.balance_error) or formatting.NOTHING

    @admin.display(description="not answering since")
    def opened(self, account: Account) -> str:
        return time_tag(account.opened_at)

    @admin.display(description="next trial request")
    def tries_again(self, account: Account) -> str:
        return time_tag(account.opened_until)

    @admin.display(description="reason")
    def opened_reason(self, account: Account) -> str:
        return formatting.visible(account.opened_because) or formatting.NOTHING

    @admin.display(description="paused until")
    def paused(self, account: Account) -> str:
        is_over = account.paused_until and account.paused_until <= timezone.now()
        return formatting.NOTHING if is_over else time_tag(account.paused_until)

    @admin.display(description="reason")
    def paused_reason(self, account: Account) -> str:
        return formatting.visible(account.paused_because) or formatting.NOTHING

    @admin.display(description="next try for one more task")
    def full(self, account: Account) -> str:
        return time_tag(account.full_until)

    @admin.display(description="requests in the window")
    def recent_requests(self, account: Account) -> SafeString:
        return formatting.pretty(account.recent)


def _is_in_use(account: Account) -> bool:
    return (
        account.provider in providers.REGISTRY and providers.get(account.provider).account == account.account
    )


def _state(account: Account) -> StateLabel:
    if not _is_in_use(account):
        return StateLabel("not in use", QUIET, "Another key is set now.")
    now = timezone.now()
    return standing_state(accounts.facts_of(account.provider, now), now)
