"""Reads what every body of Suno API has around its result: the task's id, its state, its failure, times.

Callbacks https://docs.sunoapi.org/suno-api/generate-music-callbacks and the pages beside it (a stage, or none
for files), details https://docs.sunoapi.org/suno-api/get-music-generation-details (``status``) and
https://docs.sunoapi.org/suno-api/get-cover-suno-details (``successFlag``, a word or a number; read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tracks.domain.updates import Fault, TaskState
from tracks.providers import json_fields
from tracks.providers.json_fields import Row, mapping, pick, text
from tracks.providers.suno import faults

OK = 200


class Special(Enum):
    """Statuses that are no state of the task: its callback failed, whatever became of the result."""

    CALLBACK_EXCEPTION = "callback_exception"


# `failed` stands for `error` in the documentation of docs.api.box.
STAGES: dict[str, TaskState] = {
    "text": TaskState.RUNNING,
    "first": TaskState.RUNNING,
    "complete": TaskState.DONE,
    "error": TaskState.FAILED,
    "failed": TaskState.FAILED,
}
# The numbers: https://docs.sunoapi.org/cn/suno-api/get-cover-suno-details
STATUSES: dict[str, TaskState | Special] = {
    "pending": TaskState.RUNNING,
    "text_success": TaskState.RUNNING,
    "first_success": TaskState.RUNNING,
    "success": TaskState.DONE,
    "callback_exception": Special.CALLBACK_EXCEPTION,
    "sensitive_word_error": TaskState.FAILED,
    "0": TaskState.RUNNING,
    "1": TaskState.DONE,
    "2": TaskState.RUNNING,
    "3": TaskState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A body. ``inner``: what its envelope holds, or the body itself, which a reseller sends without one."""

    envelope: Row
    inner: Row

    @classmethod
    def of(cls, body: Any) -> Envelope:
        envelope = mapping(body)
        return cls(envelope, mapping(envelope.get("data")) or envelope)

    @property
    def response(self) -> Row:
        """The result, where the details have it."""
        return mapping(pick(self.inner, "response"))

    @property
    def task_id(self) -> str:
        """The task's id, wherever this host puts it; blank where there is none."""
        places = (self.inner, self.response, self.envelope)
        return next((found for row in places if (found := json_fields.identifier(pick(row, "task_id")))), "")

    @property
    def code(self) -> int | None:
        """The number of the error. It counts only beside ``msg`` or ``data``, as every body has them."""
        is_theirs = "msg" in self.envelope or "data" in self.envelope
        return _error(self.envelope.get("code")) if is_theirs else None

    @property
    def stage(self) -> str:
        """Which callback it is, in their word; blank for an unknown one."""
        word = text(pick(self.inner, "callback_type")).lower()
        return word if word in STAGES else ""

    @property
    def status(self) -> str:
        """The word, or the digits, that the details have for the state."""
        given = pick(self.inner, "status", "success_flag")
        number = json_fields.whole_number(given)
        return text(given) if number is None else str(number)

    @property
    def state(self) -> TaskState | Special | None:
        if self.code is not None:
            return TaskState.FAILED
        stage = json_fields.translated(STAGES, pick(self.inner, "callback_type"), "Suno stage")
        if stage or self.status.upper().endswith("_FAILED"):
            return stage or TaskState.FAILED
        return json_fields.translated(STATUSES, self.status, "Suno status")

    def lists(self, *names: str) -> Iterator[list[Row]]:
        """Every list that may be the result; ``resultJson`` came with kie.ai's V6 models."""
        boxes = (self.response or pick(self.inner, "response"), *self._json_boxes(), self.inner)
        for box in boxes:
            if isinstance(content := json_fields.unwrapped(box), list):
                yield json_fields.mappings(content)
            for name in names:
                yield json_fields.mappings(pick(mapping(box), name))

    def _json_boxes(self) -> tuple[Any, Any]:
        return pick(self.inner, "result_json"), pick(self.response, "result_json")

    def boxes(self) -> tuple[Row, ...]:
        """Every object that may hold the result's links."""
        return self.inner, self.response, *(mapping(box) for box in self._json_boxes())

    def fault(self, dialect: str) -> Fault:
        """Why the task failed."""
        # In the answer to a poll, `code` is about the poll and `errorCode` about the task.
        code = _error(pick(self.inner, "error_code")) or self.code
        if self.status.upper() == "SENSITIVE_WORD_ERROR":
            return faults.of_meaning(faults.SENSITIVE, str(code or self.status), self.message)
        if code is None and self.status and not self.status.isdigit():
            return faults.of_meaning(faults.NO_CODE, self.status[: json_fields.MAX_CODE], self.message)
        return faults.of_task(code, self.message, dialect, self.stage)

    @property
    def message(self) -> str:
        """The provider's sentence about the failure."""
        messages = [text(pick(box, "error_message", "error")) for box in (self.inner, self.response)]
        if self.code or not self.status:
            # In the answer to a poll, `msg` is about the poll.
            messages.append(text(pick(self.envelope, "msg")))
        return next(filter(None, messages), "")


def _error(code: Any) -> int | None:
    """The number; None for 200, which some bodies have as ``errorCode`` on success."""
    found = json_fields.whole_number(code)
    return None if found in (OK, 0) else found
