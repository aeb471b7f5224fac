import type { Broadcast, Phase } from "./machine";

/** What the viewer is told while the picture is not simply playing. */
export interface Screen {
  icon: "spinner" | "tower" | "network" | "alert";
  headline: string;
  detail: string | null;
  canRetry: boolean;
  /** `light` keeps the last picture visible. */
  shade: "light" | "full";
}

const GONE = "Their connection dropped. The picture comes back by itself when they do.";

/** The message for a state, or null where the picture speaks for itself. */
export function screenFor(phase: Phase, broadcast: Broadcast, title: string): Screen | null {
  switch (phase.name) {
    case "playing":
    case "paused":
      return null;
    case "offline":
      return broadcast === "unknown"
        ? full("spinner", "Connecting", null)
        : full("tower", `${title} is off air`, "Stay here: the picture comes back by itself when the broadcast does.");
    case "waiting":
      return broadcast === "interrupted"
        ? full("tower", "Waiting for the broadcaster", GONE)
        : full("tower", "Starting", "The broadcaster is connected and the picture is on its way.");
    case "loading":
      return light("spinner", "Loading", null);
    case "stalled":
      return broadcast === "unknown"
        ? light("network", "Connection lost", "Reconnecting by itself.")
        : light("spinner", "Waiting for the broadcaster", broadcast === "interrupted" ? GONE : null);
    case "reconnecting":
      return broadcast === "unknown"
        ? { ...light("network", "Connection lost", "Reconnecting by itself."), canRetry: true }
        : { ...light("spinner", "Waiting for the broadcaster", "Trying again by itself."), canRetry: true };
    case "failed":
      return phase.reason === "unsupported"
        ? full("alert", "This browser cannot play the stream", "It lacks the codec or media source extensions. A current Chrome, Edge, Firefox or Safari plays it.")
        : { ...full("alert", "Playback failed", "The picture could not be decoded, and restarting it did not help."), canRetry: true };
  }
}

function full(icon: Screen["icon"], headline: string, detail: string | null): Screen {
  return { icon, headline, detail, canRetry: false, shade: "full" };
}

function light(icon: Screen["icon"], headline: string, detail: string | null): Screen {
  return { icon, headline, detail, canRetry: false, shade: "light" };
}
