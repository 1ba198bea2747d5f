// Two tabs do not play at once: the one that starts stops the others.
// @ts-check
import { audio } from "./engine.js";

export function startOneTab() {
  if (!("BroadcastChannel" in window)) return;
  const channel = new BroadcastChannel("player");
  channel.addEventListener("message", () => audio.pause());
  audio.addEventListener("play", () => channel.postMessage("playing"));
}
