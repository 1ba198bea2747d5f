"""What each provider offers, as Markdown tables made from the declarations."""

from __future__ import annotations

from collections.abc import Iterable

from tracks.providers.base import Provider
from tracks.providers.operations import MAKES, Operation

HEAD = ("operation", "makes", "submit", "callbacks of a complete run", "query")
WORD_TIMING, BALANCE = "word timing", "balance"
NOT_OFFERED = "not offered, see below"


def markdown(providers: Iterable[Provider]) -> str:
    """A section for each provider: its table, then what is left out with the reason. No cell is empty."""
    return "\n\n".join(_section(provider) for provider in providers) + "\n"


def _section(provider: Provider) -> str:
    rows = [
        HEAD,
        ("---",) * len(HEAD),
        *(_operation_row(operation) for operation in provider.operations.values()),
        _word_timing_row(provider),
        _balance_row(provider),
    ]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    left_out = "\n".join(f"- **{name}**: {why}" for name, why in provider.left_out.items())
    return f"### {provider.label}\n\n{table}\n\n" + (
        f"Left out, and why:\n\n{left_out}" if left_out else "Nothing is left out."
    )


def _operation_row(operation: Operation) -> tuple[str, ...]:
    return (
        f"[`{operation.name}`]({operation.doc})",
        MAKES[operation.makes],
        f"`{operation.submit}`",
        ", ".join(f"`{stage}`" for stage in operation.stages) or "none: it is only polled",
        f"`{operation.query}`",
    )


def _word_timing_row(provider: Provider) -> tuple[str, ...]:
    if not provider.fetches_word_timing:
        return (WORD_TIMING, *(NOT_OFFERED,) * (len(HEAD) - 1))
    return (
        WORD_TIMING,
        "lyrics timed by words",
        "no task: fetched by itself once a song is ready",
        "none: it is only polled",
        f"`{provider.extra_paths[WORD_TIMING]}`",
    )


def _balance_row(provider: Provider) -> tuple[str, ...]:
    if not provider.has_balance:
        return (BALANCE, *(NOT_OFFERED,) * (len(HEAD) - 1))
    return (
        BALANCE,
        "a number",
        "no task: fetched by itself",
        "none: it is only polled",
        f"`{provider.extra_paths[BALANCE]}`",
    )
