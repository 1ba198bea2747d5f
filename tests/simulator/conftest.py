"""The simulator as a real process, and a real HTTP server that takes its callbacks."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
# Short, so that the audio is made quickly.
LYRICS = "[Verse]\nOne small line\n[Chorus]\nAnd one more"


def until(probe, seconds=15):
    """Ask until the answer is true; answers it."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return answer


class Simulator:
    """Talks to the process as a client of both providers would."""

    def __init__(self, base):
        self.base = base

    def tempolor(self, path, body, key="Tempo-test-3w"):
        return requests.post(f"{self.base}/open-apis/v1/{path}", json=body, headers={"Authorization": key}, timeout=30)

    def suno(self, path, body, key="Bearer test"):
        return requests.post(f"{self.base}/api/v1/{path}", json=body, headers={"Authorization": key}, timeout=30)

    def suno_get(self, path, key="Bearer test", **query):
        url = f"{self.base}/api/v1/{path}"
        return requests.get(url, params=query, headers={"Authorization": key}, timeout=30)

    def song(self, callback_url, prompt="a harbour", **more):
        """Submit a TemPolor song; its item id."""
        body = {"prompt": prompt, "model": "TemPolor v4.5", "callback_url": callback_url, "lyrics": LYRICS, **more}
        return self.tempolor("song/generate", body).json()["data"]["item_ids"][0]

    def generate(self, callback_url, prompt=LYRICS, **more):
        """Submit a Suno song in custom mode; its task id."""
        return self.suno("generate", self.generate_body(callback_url, prompt, **more)).json()["data"]["taskId"]

    def generate_body(self, callback_url, prompt=LYRICS, **more):
        fixed = {"customMode": True, "instrumental": False, "model": "V5", "style": "folk", "title": "Test"}
        return {**fixed, "prompt": prompt, "callBackUrl": callback_url, **more}

    def item(self, item_id, kind="song"):
        answer = self.tempolor(f"{kind}/query", {"item_ids": [item_id]}).json()
        return answer["data"]["songs" if kind == "song" else "instrumentals"][0]

    def record(self, task_id):
        return self.suno_get("generate/record-info", taskId=task_id).json()["data"]

    def report(self):
        return requests.get(f"{self.base}/_simulator/tasks", timeout=30).json()

    def task(self, task_id):
        return next(task for task in self.report()["tasks"] if task["id"] == task_id)

    def finished(self, task_id, callbacks):
        """The task's row once so many callbacks were answered for good."""

        def done():
            row = self.task(task_id)
            settled = [one for one in row["callbacks"] if one["state"] != "waiting"]
            return row if len(settled) == callbacks else None

        return until(done)


class Receiver:
    """A real HTTP server; `answers` are used up one by one, then `usual` is given."""

    def __init__(self):
        self.bodies, self.headers, self.answers, self.usual = [], [], [], (200, "success")
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                receiver.headers.append(dict(self.headers))
                receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                status, text = receiver.answers.pop(0) if receiver.answers else receiver.usual
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/callback"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def wait(self, count):
        """The first so many bodies as JSON, in order of arrival."""
        until(lambda: len(self.bodies) >= count)
        return [json.loads(body) for body in self.bodies[:count]]


@pytest.fixture(scope="session")
def start_simulator(tmp_path_factory):
    """A function that starts a process with the given options and answers (process, first line)."""
    folder, started = tmp_path_factory.mktemp("simulator-media"), []

    def start(*options):
        command = [sys.executable, "-m", "musicgen.simulator", "--port", "0", "--media-dir", str(folder), *options]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process, process.stdout.readline()

    yield start
    for process in started:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def simulator(start_simulator):
    _process, line = start_simulator("--speed", "20")
    return Simulator(line.removeprefix("simulator: ").strip())


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture(name="until")
def _until():
    return until
