"""Where the project and its sample bodies lie."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAYLOADS = ROOT / "tests" / "payloads"
# The music of all simulators, from run to run: making it takes longer than most tests.
SIMULATOR_MEDIA = ROOT / "var" / "test-simulator"
