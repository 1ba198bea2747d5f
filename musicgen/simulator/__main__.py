"""`python -m musicgen.simulator`: starts the simulated providers and runs until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from musicgen.simulator.server import Options, Server
from musicgen.simulator.suno.codes import DIALECTS


def main() -> None:
    """Print the address on one line when ready, then serve."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell starts background jobs deaf to SIGINT
        signal.signal(number, _stop)
    try:
        _serve(options)
    except KeyboardInterrupt:
        # At once, without the interpreter's shutdown, in which a thread that runs numpy or LAME could crash.
        # Files are written to `.part` first, so no incomplete file stays under its name.
        os._exit(0)


def _serve(options: argparse.Namespace) -> None:
    try:
        server = Server(options.host, options.port, options.media_dir, _behaviour(options))
    except (OSError, OverflowError) as error:
        sys.exit(f"simulator: cannot listen on {options.host} port {options.port}: {error}")
    sys.stdout.write(f"simulator: {server.address}\n")
    sys.stdout.flush()
    server.serve_forever()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="musicgen.simulator", description="A simulated TemPolor and Suno API."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8100"), help="0: any free port")
    parser.add_argument(
        "--media-dir", type=Path, default=Path("var/simulator"), help="where generated files stay"
    )
    parser.add_argument("--speed", type=_speed, default=1.0, help="20: all waiting is 20 times shorter")
    parser.add_argument(
        "--dialect", choices=sorted(DIALECTS), default="sunoapi", help="the spelling of Suno's bodies"
    )
    parser.add_argument("--webhook-key", default="", help="sign Suno's callbacks, as kie.ai does")
    parser.add_argument("--rate", type=_rate, default=(0, 1.0), help="20/10: requests in seconds; 0/1: any")
    parser.add_argument("--parallel", type=int, help="how many items TemPolor makes at once")
    parser.add_argument("--lazy", action="store_true", help="make each file when it is first fetched")
    parser.add_argument("--full", action="store_true", help="songs of a minute and more, as for the demo")
    return parser.parse_args()


def _behaviour(options: argparse.Namespace) -> Options:
    return Options(
        options.speed,
        options.dialect,
        options.webhook_key,
        options.rate,
        options.parallel,
        options.lazy,
        options.full,
    )


def _rate(text: str) -> tuple[int, float]:
    requests, _, seconds = text.partition("/")
    if int(requests) < 0 or not 0 < float(seconds) < 3600:
        raise ValueError(text)
    return int(requests), float(seconds)


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 1000:
        raise ValueError(text)
    return speed


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
