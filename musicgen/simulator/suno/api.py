"""The simulated Suno API's paths: submits, details, word timing, credits.

The paths of submits and details are those of the product's declarations, with the pages. Word timing:
https://docs.sunoapi.org/suno-api/get-timestamped-lyrics , credits: .../get-remaining-credits
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from musicgen.simulator import checks
from musicgen.simulator.answers import ERROR_500, HANG_UP, HttpAnswer
from musicgen.simulator.ledger import Callback, SimulatedTask
from musicgen.simulator.stages import Caller, Stage
from musicgen.simulator.steering import Steering
from musicgen.simulator.suno import details, extras, kie, songs
from musicgen.simulator.suno.codes import KIE, Dialect, envelope
from musicgen.simulator.suno.extras import EXTRAS, ExtraTask
from musicgen.simulator.suno.origins import Origins, SongOrigin
from musicgen.simulator.suno.songs import MusicTask
from musicgen.simulator.suno.task import SunoTask
from musicgen.simulator.suno.word_timing import word_timing
from musicgen.simulator.world import World
from tracks.providers.operations import Operation
from tracks.providers.suno.operations import OPERATIONS

ROOT = "/api/v1/"
WORD_TIMING = "generate/get-timestamped-lyrics"
SUBMITS = {operation.submit.removeprefix(ROOT): operation for operation in OPERATIONS.values()}
DETAILS = {operation.query.removeprefix(ROOT) for operation in OPERATIONS.values()}
CREDITS, PRICE = 100_000, 12
COULD_NOT_LOAD = 451


class SimulatedSuno:
    """Answers everything below /api/v1/. `key`: signs callbacks; "" for unsigned ones."""

    def __init__(self, world: World, dialect: Dialect, key: str) -> None:
        self._world = world
        self._dialect = dialect
        self._origins = Origins(world)
        self._caller = Caller(
            world.timeline,
            accepts=lambda answer: answer.status_code == 200,
            gave_up=_callback_exception,
            headers=lambda task: kie.signature(key, task.id) if key else {},
        )

    def answer(self, method: str, path: str, query: str, key: str, body: Any, base: str) -> HttpAnswer:
        """The answer to a request; `path` without /api/v1/, `body` the parsed JSON or None."""
        if not key.removeprefix("Bearer ").strip() or not key.startswith("Bearer "):
            return envelope(401)
        if method == "GET" and path in DETAILS:
            return self._details(path, query)
        if method == "GET" and path == self._dialect.credits:
            return envelope(200, max(0, CREDITS - PRICE * self._world.ledger.submits("suno")))
        if method != "POST" or path not in {WORD_TIMING, *SUBMITS}:
            return envelope(404, http_status=404)
        if not isinstance(body, dict):
            return envelope(self._dialect.bad_field)
        return self._word_timing(body) if path == WORD_TIMING else self._submit(SUBMITS[path], body, base)

    def rate_limited(self, seconds: int) -> HttpAnswer:
        """The answer to a request over the rate limit."""
        return envelope(self._dialect.rate_limited, headers={"Retry-After": str(seconds)})

    def _submit(self, operation: Operation, body: dict[str, Any], base: str) -> HttpAnswer:
        origin = self._origins.find(operation.name, body)
        steer = self._steering(operation, body, origin)
        refusal = self._refusal(operation, body, origin, steer)
        if refusal:
            code, answer = refusal
            self._world.ledger.refuse("suno", operation.name, body, code)
            return answer
        task, stages = self._begin(operation.name, body, base, steer, origin)
        self._caller.play(task, [self._spelled(operation.name, stage) for stage in stages])
        return HANG_UP if "no-answer" in steer else envelope(200, {"taskId": task.id})

    def _steering(self, operation: Operation, body: dict[str, Any], origin: SongOrigin) -> Steering:
        """The steering words; a recording of ours whose link has expired makes the task fail."""
        steer = self._world.steering(body, origin.task.body if origin.task else None, operation.name)
        link = body.get("uploadUrl")
        if isinstance(link, str) and self._world.media.is_dead(link):
            return Steering({**steer.words, "fail": str(COULD_NOT_LOAD)})
        return steer

    def _begin(
        self, name: str, body: dict[str, Any], base: str, steer: Steering, origin: SongOrigin
    ) -> tuple[SunoTask, list[Stage]]:
        if name in EXTRAS:
            extra = extras.new_extra_task(self._world, name, body, base, steer, origin.take)
            self._origins.made(name, body, extra)
            return extra, extras.extra_stages(self._world, extra)
        music = songs.new_music_task(self._world, name, body, base, steer, origin.take)
        self._origins.learn(music)
        return music, songs.song_stages(self._world, music)

    def _spelled(self, operation: str, stage: Stage) -> Stage:
        if self._dialect is not KIE:
            return stage
        return Stage(stage.name, stage.after, lambda: kie.respell_callback(operation, stage.enter()))

    def _refusal(
        self, operation: Operation, body: dict[str, Any], origin: SongOrigin, steer: Steering
    ) -> tuple[int, HttpAnswer] | None:
        wrong = checks.fault(operation, body, origin.source)
        if wrong:
            code = self._dialect.too_long if wrong.code == "max_length" else self._dialect.bad_field
            return code, envelope(code, text=wrong.sentence)
        if not checks.knows_models("suno", operation, body):
            code = self._dialect.bad_field
            return code, envelope(code, text="The model is not supported.")
        if "error-500" in steer:
            return 500, ERROR_500
        if self._world.refuses(body, steer):
            code = steer.number("refuse", 455)
            return code, envelope(code)
        return origin.refusal or self._origins.repeated(operation.name, body)

    def _details(self, path: str, query: str) -> HttpAnswer:
        task_id = parse_qs(query).get("taskId", [""])[0]
        if not task_id:
            return envelope(self._dialect.bad_field, text="taskId is required")
        task = self._world.ledger.find("suno", task_id)
        if task is None or OPERATIONS[task.operation].query != ROOT + path:
            return envelope(404)
        data = self._task_details(task)
        return envelope(200, kie.respell_details(task.operation, data) if self._dialect is KIE else data)

    def _task_details(self, task: SimulatedTask) -> dict[str, Any]:
        if isinstance(task, ExtraTask):
            return details.extra_details(self._world, task)
        assert isinstance(task, MusicTask)
        return songs.song_details(self._world, task)

    def _word_timing(self, body: dict[str, Any]) -> HttpAnswer:
        if not all(isinstance(body.get(name), str) and body[name] for name in ("taskId", "audioId")):
            return envelope(self._dialect.bad_field, text="taskId and audioId are required")
        origin = self._origins.find("word-timing", body)
        if origin.refusal or origin.take is None or origin.task is None:
            return origin.refusal[1] if origin.refusal else envelope(404)
        return envelope(200, word_timing(origin.take.recipe, origin.task.steering))


def _callback_exception(task: SimulatedTask, callback: Callback) -> None:
    """The task is complete, and its last callback could not be delivered."""
    if callback.stage == "complete":
        task.status = "CALLBACK_EXCEPTION"
