import type { Stream } from "@nexus/api";
import { LiveLamp, StatusBadge } from "@nexus/ui";

/** Whether a stream is on air. */
export function StreamStatus({ state }: { state: Stream["state"] }) {
  return state === "offline" ? <StatusBadge status="off">Offline</StatusBadge> : <LiveLamp state={state} />;
}
