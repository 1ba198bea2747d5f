"""What a page lets sound, recorded sample by sample."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

RATE = 48_000
# Runs where the browser mixes sound, so that a busy page changes nothing in what it notes.
RECORDER = """
registerProcessor("recorder", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.blocks = [];
    this.port.onmessage = () => this.port.postMessage(this.blocks.splice(0));
  }
  process([input]) {
    this.blocks.push(Int16Array.from(input[0] ?? new Float32Array(128), (value) => 32767 * value));
    return true;
  }
});
"""
START = """async ([module, sampleRate]) => {
  const context = new AudioContext({ sampleRate });
  await context.resume();
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
  const mono = { channelCount: 1, channelCountMode: "explicit" };
  const recorder = new AudioWorkletNode(context, "recorder", mono);
  recorder.connect(context.destination);
  const known = new WeakSet();
  const record = (element) => {
    if (known.has(element)) return;
    known.add(element);
    context.createMediaElementSource(element).connect(recorder);
  };
  document.querySelectorAll("audio").forEach(record);
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    record(this);
    return play.call(this);
  };
  window.recorded = () => new Promise((done) => {
    recorder.port.onmessage = ({ data }) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.split(",")[1]);
      reader.readAsDataURL(new Blob(data));
    };
    recorder.port.postMessage("");
  });
}"""
# Samples that are judged together: 5 ms.
WINDOW = 240
# Of the amplitude of a tone; ours have 0.2.
AUDIBLE = 0.03


def record(page: Page) -> None:
    """Records from now on. The page must have been clicked, and be free of its policy, which forbids this."""
    page.evaluate(START, [RECORDER, RATE])


def recorded(page: Page) -> NDArray[np.float64]:
    """What sounded since it was last asked for."""
    data = base64.b64decode(page.evaluate("window.recorded()"))
    return np.frombuffer(data, dtype="<i2") / 32_767


def heard(samples: NDArray[Any], hertz: float) -> NDArray[np.bool_]:
    """Whether this tone sounds, for each window of 5 ms; its frequency must be a multiple of 200."""
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    wave = np.exp(-2j * np.pi * hertz * np.arange(WINDOW) / RATE)
    return np.asarray(2 * np.abs(windows @ wave) / WINDOW > AUDIBLE)


def gap_between(samples: NDArray[Any], before: float, after: float) -> float:
    """Seconds from the last that is heard of one tone to the first of another; negative where both sound."""
    last, first = np.flatnonzero(heard(samples, before))[-1], np.flatnonzero(heard(samples, after))[0]
    return float(first - last - 1) * WINDOW / RATE


def gaps_within(samples: NDArray[Any], hertz: float) -> list[float]:
    """The silences of a tone between its first and its last sound, in seconds."""
    places = np.flatnonzero(heard(samples, hertz))
    return [
        float(after - before - 1) * WINDOW / RATE for before, after in pairwise(places) if after > before + 1
    ]
