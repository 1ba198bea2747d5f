"""The drill's installation over HTTP: our REST API, the callback endpoint, and the simulator's ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import requests

from musicgen.drill.scenarios import Scenario

TIMEOUT = 30
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """``base`` and ``provider``: the addresses of our web server and of the simulator."""

    base: str
    provider: str
    token: str

    def submit(self, scenario: Scenario) -> int:
        """Create a task; returns our id of it."""
        body = {
            "provider": scenario.provider,
            "operation": scenario.operation,
            "params": scenario.params,
        }
        answer = self._call("POST", f"{self.base}/api/v1/tasks/", json=body)
        return int(answer.json()["id"])

    def task(self, task_id: int) -> Row:
        row: Row = self._call("GET", f"{self.base}/api/v1/tasks/{task_id}/").json()
        return row

    def holds(self, asset: Row) -> bool:
        """Whether the archived bytes are there, with the size and checksum of the row."""
        content = self._call("GET", asset["url"]).content
        digest = hashlib.sha256(content).hexdigest()
        return bool(content) and (len(content), digest) == (asset["bytes"], asset["sha256"])

    def deliver(self, url: str, body: bytes) -> int:
        """Post a callback without a signature; returns the status of the answer."""
        headers = {"Content-Type": "application/json"}
        return requests.post(
            url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ).status_code

    def accepted_tasks(self) -> list[Row]:
        """Every submit that the simulator accepted, with its callbacks."""
        rows: list[Row] = requests.get(f"{self.provider}/_simulator/tasks", timeout=TIMEOUT).json()["tasks"]
        return rows

    def provider_requests(self) -> list[Row]:
        """Every request to the providers' APIs, oldest first."""
        address = f"{self.provider}/_simulator/requests"
        rows: list[Row] = requests.get(address, timeout=TIMEOUT).json()["requests"]
        return rows

    def _call(self, method: str, url: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Token {self.token}"}
        answer = requests.request(method, url, headers=headers, timeout=TIMEOUT, **options)
        answer.raise_for_status()
        return answer


def submits_of(scenario: Scenario, rows: list[Row]) -> list[Row]:
    """The accepted submits of one scenario."""
    return [
        row
        for row in rows
        if row["provider"] == scenario.provider
        and scenario.marker in " ".join(map(str, row["body"].values()))
    ]
