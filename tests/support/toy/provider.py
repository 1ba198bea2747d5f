"""A music box that plays one tune at a time, as small as a provider can be."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tracks.domain.updates import (
    AssetKind,
    Completeness,
    ErrorKind,
    Fault,
    TaskState,
    TaskUpdate,
    TrackState,
    TrackUpdate,
)
from tracks.providers.base import (
    Acknowledgement,
    AnswerLost,
    PollTarget,
    Provider,
    Rate,
    Refused,
    SubmittedWith,
    Unreadable,
)
from tracks.providers.http import Api, ProviderAnswer
from tracks.providers.json_fields import MAX_NAME, MAX_TITLE, asset, identifier, mapping, text
from tracks.providers.operations import Field, Operation

WIND_UP = Operation(
    "wind-up",
    "Music box",
    "A tune from a music box.",
    fields=(Field("tune", str, "Tune", help="What it plays.", required=True, max_length=40),),
    callback_field="ring_back",
    submit="/wind-up",
    query="/listen",
    stages=("played",),
    doc="https://toy.example/docs",
)


class Toy(Provider):
    name = "toy"
    label = "Toy Box"
    batch = 1
    retention = timedelta(days=1)
    callbacks_are_hints = False
    operations: Mapping[str, Operation] = {WIND_UP.name: WIND_UP}

    def __init__(self, api: Api) -> None:
        self._api = api
        self.account = api.account
        self.rate = Rate(1000, 10)

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        answer = self._api.post(WIND_UP.submit, {**params, WIND_UP.callback_field: callback_url})
        return TaskUpdate(_tune(self._checked(answer)).external_id, state=TaskState.RUNNING)

    def query(self, targets: Sequence[PollTarget]) -> list[TaskUpdate]:
        (target,) = targets
        return [_tune(self._checked(self._api.post(WIND_UP.query, {"box": target.external_id})))]

    def parse_callback(self, body: Any, submitted: SubmittedWith) -> list[TaskUpdate]:
        return [_tune(body)]

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        return headers.get("X-Toy") == "tin"

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("text/plain", b"ding")

    def _checked(self, answer: ProviderAnswer) -> Any:
        said = mapping(answer.json)
        if "gone" in said:
            fault = Fault("gone", ErrorKind.NOT_FOUND, "There is no such box.", "Look for it elsewhere.")
            raise Refused(fault, answer.retry_after)
        if "jam" in said:
            message = self._api.hidden(text(said["jam"])) or "The box is jammed."
            fault = Fault("jam", ErrorKind.UPSTREAM, message, "Wind it up again.")
            raise Refused(fault, answer.retry_after)
        if "box" not in said:
            raise self._api.unanswered(answer)
        if not identifier(said["box"]):
            raise AnswerLost("The toy box took the tune but names no box.")
        return said


def _tune(body: Any) -> TaskUpdate:
    said = mapping(body)
    box = identifier(said.get("box"))
    if not box:
        raise Unreadable("It names no box.")
    melody = asset(AssetKind.AUDIO, said.get("melody"))
    if melody is None:
        return TaskUpdate(box, state=TaskState.RUNNING)
    track = TrackUpdate(
        f"{box}-1"[:MAX_NAME],
        position=0,
        state=TrackState.READY,
        completeness=Completeness.WHOLE,
        title=text(said.get("title"), MAX_TITLE),
        assets=(melody,),
    )
    return TaskUpdate(box, state=TaskState.DONE, tracks=(track,), stage="played")


def build() -> Toy:
    return Toy(Api("Toy Box", os.environ["TOY_URL"], "tin-key", "TOY", 5))
