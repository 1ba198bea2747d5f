"""What each provider offers and where we have it, as Markdown tables made from the declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracks.providers.base import Provider
from tracks.providers.operations import MAKES, Operation

HEAD = ("operation", "makes", "submit", "callbacks of a whole run", "query", "form", "REST", "simulator")
WORDS, BALANCE = "word timing", "balance"


@dataclass(frozen=True, slots=True)
class Places:
    """Whether a place has an operation (provider's name, operation), or the simulator a path."""

    form: Callable[[str, Operation], bool]
    rest: Callable[[str, Operation], bool]
    simulator: Callable[[str], bool]


def markdown(providers: Iterable[Provider], places: Places) -> str:
    """A section for each provider: its table, and what is left out with the reason. No cell is empty."""
    return "\n\n".join(_section(provider, places) for provider in providers) + "\n"


def _section(provider: Provider, places: Places) -> str:
    rows = [
        HEAD,
        ("---",) * len(HEAD),
        *(_operation_row(provider.name, one, places) for one in provider.operations.values()),
        _words_row(provider, places),
        _balance_row(provider, places),
    ]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    left_out = "\n".join(f"- **{name}**: {why}" for name, why in provider.left_out.items())
    return f"### {provider.label}\n\n{table}\n\n" + (
        f"Left out, and why:\n\n{left_out}" if left_out else "Nothing is left out."
    )


def _operation_row(provider: str, operation: Operation, places: Places) -> tuple[str, ...]:
    return (
        f"[`{operation.name}`]({operation.doc})",
        MAKES[operation.makes],
        f"`{operation.submit}`",
        ", ".join(f"`{stage}`" for stage in operation.stages) or "none: it is only told when asked",
        f"`{operation.query}`",
        "yes" if places.form(provider, operation) else "no: no form is made of it",
        "yes" if places.rest(provider, operation) else "no: `POST tasks/` does not take it",
        _simulated(places, operation.submit, operation.query),
    )


def _words_row(provider: Provider, places: Places) -> tuple[str, ...]:
    if not provider.fetches_word_timing:
        return (WORDS, *("not offered, see below",) * (len(HEAD) - 1))
    return (
        WORDS,
        "lyrics timed by words",
        "no task: asked for by itself once a song is ready",
        "none: it is only told when asked",
        f"`{provider.beside[WORDS]}`",
        "no form: nobody has to ask",
        "with its track, in `lyrics[].words`",
        _simulated(places, provider.beside[WORDS]),
    )


def _balance_row(provider: Provider, places: Places) -> tuple[str, ...]:
    if not provider.tells_balance:
        return (BALANCE, *("not offered, see below",) * (len(HEAD) - 1))
    return (
        BALANCE,
        "a number",
        "no task: looked at by itself",
        "none: it is only told when asked",
        f"`{provider.beside[BALANCE]}`",
        "no form: it stands at `/providers/`",
        "`GET providers/`",
        _simulated(places, provider.beside[BALANCE]),
    )


def _simulated(places: Places, *paths: str) -> str:
    unknown = [path for path in paths if not places.simulator(path)]
    return f"no: it does not know {', '.join(f'`{path}`' for path in unknown)}" if unknown else "yes"
