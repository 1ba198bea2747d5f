"""A client of the running simulator, and a real HTTP server that takes its callbacks."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.support.waiting import PATIENCE, until

Json = dict[str, Any]
Start = Callable[..., tuple["subprocess.Popen[str]", str]]

# Short, so that the audio is made quickly.
LYRICS = "[Verse]\nOne small line\n[Chorus]\nAnd one more"
NOBODY = "http://127.0.0.1:9/"


class Simulator:
    """Talks to the process as a client of both providers would."""

    def __init__(self, base: str) -> None:
        self.base = base

    def tempolor(self, path: str, body: Any, key: str = "Tempo-test-3w") -> requests.Response:
        url = f"{self.base}/open-apis/v1/{path}"
        return requests.post(url, json=body, headers={"Authorization": key}, timeout=PATIENCE)

    def suno(self, path: str, body: Any, key: str = "Bearer test") -> requests.Response:
        url = f"{self.base}/api/v1/{path}"
        return requests.post(url, json=body, headers={"Authorization": key}, timeout=PATIENCE)

    def suno_get(self, path: str, **query: str) -> requests.Response:
        url = f"{self.base}/api/v1/{path}"
        return requests.get(url, params=query, headers={"Authorization": "Bearer test"}, timeout=PATIENCE)

    def song(self, callback_url: str, prompt: str = "a harbour", **more: Any) -> str:
        """Submit a TemPolor song; its item id."""
        fixed = {"model": "TemPolor v4.5", "lyrics": LYRICS, "callback_url": callback_url}
        answer = self.tempolor("song/generate", {**fixed, "prompt": prompt, **more}).json()
        return str(answer["data"]["item_ids"][0])

    def instrumental(self, callback_url: str) -> str:
        """Submit a TemPolor instrumental; its item id."""
        body = {"prompt": "a calm forest", "model": "TemPolor i3.5", "callback_url": callback_url}
        return str(self.tempolor("instrumental/generate", body).json()["data"]["item_ids"][0])

    def generate(self, callback_url: str, prompt: str = LYRICS, **more: Any) -> str:
        """Submit a Suno song in custom mode; its task id."""
        answer = self.suno("generate", self.generate_body(callback_url, prompt, **more)).json()
        return str(answer["data"]["taskId"])

    def generate_body(self, callback_url: str, prompt: str = LYRICS, **more: Any) -> Json:
        fixed = {"customMode": True, "instrumental": False, "model": "V5", "style": "folk", "title": "Test"}
        return {**fixed, "prompt": prompt, "callBackUrl": callback_url, **more}

    def made(self, words: str = "", **more: Any) -> Json:
        """A finished Suno song that called nobody: the details of its first take, `taskId` among them."""
        task_id = self.generate(NOBODY, title=f"[[silent]] {words}", **more)
        until(lambda: self.record(task_id)["status"] == "SUCCESS")
        track: Json = self.record(task_id)["response"]["sunoData"][0]
        return {**track, "taskId": task_id}

    def ask(self, path: str, callback_url: str = NOBODY, **body: Any) -> Json:
        """The answer to a Suno submit."""
        answer: Json = self.suno(path, {**body, "callBackUrl": callback_url}).json()
        return answer

    def begin(self, path: str, callback_url: str = NOBODY, **body: Any) -> str:
        """A Suno submit that is taken; its task id."""
        answer = self.ask(path, callback_url, **body)
        assert answer["code"] == 200, answer
        return str(answer["data"]["taskId"])

    def details(self, path: str, task_id: str) -> Json:
        """The whole answer of a details address once the task is ready."""

        def poll() -> Json | None:
            answer: Json = self.suno_get(path, taskId=task_id).json()
            data = answer["data"]
            return (
                answer
                if data.get("status") == "SUCCESS" or data.get("successFlag") in (1, "SUCCESS")
                else None
            )

        answer = until(poll)
        assert answer
        return answer

    def item(self, item_id: str, kind: str = "song") -> Json:
        answer = self.tempolor(f"{kind}/query", {"item_ids": [item_id]}).json()
        item: Json = answer["data"][f"{kind}s"][0]
        return item

    def stems(self, item_id: str) -> Json:
        row: Json = self.tempolor("stems/query", {"item_ids": [item_id]}).json()["data"]["stems"][0]
        return row

    def ready(self, words: str = "") -> Json:
        """A finished song that called nobody, as the query shows it."""
        item_id = self.song(NOBODY, prompt=f"a harbour [[silent]] {words}")
        until(lambda: self.item(item_id)["status"] in ("succeeded", "part_failed", "failed"))
        return self.item(item_id)

    def record(self, task_id: str) -> Json:
        record: Json = self.suno_get("generate/record-info", taskId=task_id).json()["data"]
        return record

    def report(self) -> Json:
        report: Json = requests.get(f"{self.base}/_simulator/tasks", timeout=PATIENCE).json()
        return report

    def requests(self) -> list[Json]:
        """What was asked of the providers' APIs."""
        answer = requests.get(f"{self.base}/_simulator/requests", timeout=PATIENCE).json()
        return list(answer["requests"])

    def task(self, task_id: str) -> Json:
        row: Json = next(task for task in self.report()["tasks"] if task["id"] == task_id)
        return row

    def finished(self, task_id: str, callbacks: int) -> Json:
        """The task's row once so many callbacks were taken or given up."""

        def ended_row() -> Json | None:
            row = self.task(task_id)
            ended = [one for one in row["callbacks"] if one["state"] != "waiting"]
            return row if len(ended) == callbacks else None

        row = until(ended_row)
        assert row
        return row


class Receiver:
    """A real HTTP server; `answers` are used up one by one, then `usual` is given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[tuple[int, str]] = []
        self.usual = (200, "success")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/callback"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def wait(self, count: int) -> list[Json]:
        """The first so many bodies as JSON, in order of arrival."""
        until(lambda: len(self.bodies) >= count)
        return [json.loads(body) for body in self.bodies[:count]]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, text = receiver.answers.pop(0) if receiver.answers else receiver.usual
                receiver.headers.append(dict(self.headers.items()))
                receiver.bodies.append(body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
