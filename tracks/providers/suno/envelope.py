"""What every body of Suno API has around its result: the task's id, the state, the failure, the times.

Callbacks https://docs.sunoapi.org/suno-api/generate-music-callbacks and its sisters (a stage, or none for
files), details https://docs.sunoapi.org/suno-api/get-music-generation-details (``status``) and
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
    """Their calling us back went wrong; that says nothing about the result."""

    CALLBACK_EXCEPTION = "callback_exception"


# `failed` stands for `error` in the sister documentation docs.api.box.
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
    """A body taken apart. ``inner``: what the envelope holds; a reseller sends it bare."""

    envelope: Row
    inner: Row

    @classmethod
    def of(cls, body: Any) -> Envelope:
        envelope = mapping(body)
        return cls(envelope, mapping(envelope.get("data")) or envelope)

    @property
    def response(self) -> Row:
        """Where details put the result."""
        return mapping(pick(self.inner, "response"))

    @property
    def task_id(self) -> str:
        """The task's id, wherever this host puts it; blank where there is none."""
        places = (self.inner, self.response, self.envelope)
        return next((found for row in places if (found := json_fields.identifier(pick(row, "task_id")))), "")

    @property
    def code(self) -> int | None:
        """The error's number. It counts with ``msg`` or ``data`` beside it, as in every body of theirs."""
        is_theirs = "msg" in self.envelope or "data" in self.envelope
        return _error(self.envelope.get("code")) if is_theirs else None

    @property
    def stage(self) -> str:
        """Which callback it is, in their word; blank where it is none that we know."""
        word = text(pick(self.inner, "callback_type")).lower()
        return word if word in STAGES else ""

    @property
    def status(self) -> str:
        """The word, or the digits, that details give for the state."""
        said = pick(self.inner, "status", "success_flag")
        number = json_fields.whole(said)
        return text(said) if number is None else str(number)

    @property
    def state(self) -> TaskState | Special | None:
        if self.code is not None:
            return TaskState.FAILED
        stage = json_fields.known(STAGES, pick(self.inner, "callback_type"), "Suno stage")
        if stage or self.status.upper().endswith("_FAILED"):
            return stage or TaskState.FAILED
        return json_fields.known(STATUSES, self.status, "Suno status")

    def lists(self, *names: str) -> Iterator[list[Row]]:
        """Every list that may be the result; ``resultJson`` came with kie.ai's V6 models."""
        boxes = (self.response or pick(self.inner, "response"), *self._json_boxes(), self.inner)
        for box in boxes:
            if isinstance(content := json_fields.opened(box), list):
                yield json_fields.rows(content)
            for name in names:
                yield json_fields.rows(pick(mapping(box), name))

    def _json_boxes(self) -> tuple[Any, Any]:
        return pick(self.inner, "result_json"), pick(self.response, "result_json")

    def boxes(self) -> tuple[Row, ...]:
        """Every object that may hold the result's links."""
        return self.inner, self.response, *(mapping(box) for box in self._json_boxes())

    def fault(self, dialect: str) -> Fault:
        """Why the task failed. The ``code`` of a poll is about the poll, ``errorCode`` about the task."""
        code = _error(pick(self.inner, "error_code")) or self.code
        if self.status.upper() == "SENSITIVE_WORD_ERROR":
            return faults.of_meaning(faults.SENSITIVE, str(code or self.status), self.message)
        if code is None and self.status and not self.status.isdigit():
            return faults.of_meaning(faults.NO_CODE, self.status[: json_fields.MAX_CODE], self.message)
        return faults.of_task(code, self.message, dialect, self.stage)

    @property
    def message(self) -> str:
        """Their words about the failure; the ``msg`` of a poll is about the poll."""
        said = [text(pick(box, "error_message", "error")) for box in (self.inner, self.response)]
        if self.code or not self.status:
            said.append(text(pick(self.envelope, "msg")))
        return next((words for words in said if words), "")


def _error(code: Any) -> int | None:
    """200 is no error, not even as ``errorCode``: some bodies carry it on success."""
    found = json_fields.whole(code)
    return None if found in (OK, 0) else found
