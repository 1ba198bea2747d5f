"""Times and lengths as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MINUTE, HOUR, DAY = 60, 3600, 86_400


def timecode(milliseconds: int | None) -> str:
    """``1:36`` or ``1:02:07``; a dash where the length is not known."""
    if milliseconds is None:
        return "–"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def decimal_seconds(milliseconds: int | None) -> str:
    """Seconds for scripts and attributes, ``12.345``: at most three decimals; blank where not known."""
    return "" if milliseconds is None else f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")


def decibels(gain: float) -> str:
    """``−2.1 dB``, ``0.0 dB``."""
    return f"{abs(gain):.1f} dB" if gain >= 0 else f"−{abs(gain):.1f} dB"


def duration_text(length: timedelta) -> str:
    """A duration in at most two units: ``0.4 s``, ``3 min 20 s``, ``2 h``, ``5 d 4 h``."""
    whole = max(0.0, length.total_seconds())
    if whole < 10:
        return f"{whole:.1f} s"
    for size, word, smaller, smaller_word in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
        (MINUTE, "min", 1, "s"),
    ):
        if whole >= size:
            rest = int(whole % size) // smaller
            return f"{int(whole // size)} {word}" + (f" {rest} {smaller_word}" if rest else "")
    return f"{whole:.0f} s"


def relative_time(then: datetime, now: datetime) -> str:
    """``just now``, ``4 min ago``, ``in 3 h``; a date beyond 30 days."""
    distance = (now - then).total_seconds()
    if abs(distance) < 45:
        return "just now" if distance >= 0 else "in a moment"
    if abs(distance) > 30 * DAY:
        return f"{then.astimezone(UTC):%-d %b %Y}"
    size, word = next(pair for pair in ((DAY, "d"), (HOUR, "h"), (0, "min")) if abs(distance) >= pair[0])
    number = max(1, round(abs(distance) / (size or MINUTE)))
    return f"{number} {word} ago" if distance >= 0 else f"in {number} {word}"


def exact_time(then: datetime) -> str:
    return f"{then.astimezone(UTC):%a %-d %b %Y, %H:%M:%S} UTC"


def short_age(then: datetime, now: datetime) -> str:
    """For a narrow column: ``now``, ``4 min``, ``3 h``, ``Fri 17:58``, ``12 Nov``, ``12 Nov 2025``."""
    seconds, then = (now - then).total_seconds(), then.astimezone(UTC)
    if seconds < 45:
        return "now"
    if seconds < HOUR:
        return f"{max(1, round(seconds / MINUTE))} min"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h"
    if seconds < 6 * DAY:
        return f"{then:%a %H:%M}"
    return f"{then:%-d %b}" if then.year == now.astimezone(UTC).year else f"{then:%-d %b %Y}"


def day_name(then: datetime, now: datetime) -> str:
    """``Today``, ``Yesterday``, ``Friday`` within a week, else ``12 November 2025``; in UTC."""
    then, now = then.astimezone(UTC), now.astimezone(UTC)
    days = (now.date() - then.date()).days
    if days < 2:
        return "Yesterday" if days == 1 else "Today"
    return f"{then:%A}" if days < 7 else f"{then:%-d %B %Y}"
