import { backoffMs } from "./backoff";

/** What the server says about the stream; `unknown` while it cannot be asked. */
export type Broadcast = "unknown" | "offline" | "starting" | "live" | "interrupted";

/** What the viewer sees. */
export type Phase =
  | { name: "offline" }
  | { name: "waiting" }
  | { name: "loading"; since: number }
  | { name: "playing" }
  | { name: "paused"; broken: boolean }
  | { name: "stalled"; since: number; edge: number | null }
  | { name: "reconnecting"; attempt: number; since: number; retryAt: number | null }
  | { name: "failed"; reason: "unsupported" | "media" };

export type PlayerEvent =
  | { type: "broadcast"; broadcast: Broadcast }
  | { type: "progress" }
  | { type: "waiting"; edge: number | null }
  | { type: "paused" }
  | { type: "resumed" }
  | { type: "ended" }
  | { type: "failure"; kind: "network" | "media" | "unsupported"; spread: number }
  | { type: "online" }
  | { type: "retry" }
  | { type: "tick"; edge: number | null; spread: number };

/** What the session must do to the engine; `resume` keeps the picture, `load` starts afresh. */
export type Command = "load" | "resume" | "recoverMedia" | "stop";

export interface Machine {
  readonly phase: Phase;
  readonly broadcast: Broadcast;
  /** When the end of the playlist was reached, in ms; the server's word on the stream may be older than that. */
  readonly endedAt: number | null;
  /** Retries since the picture last moved. */
  readonly attempts: number;
  /** When the decoder failed lately, in ms. */
  readonly mediaFailures: readonly number[];
}

export interface Step {
  readonly machine: Machine;
  readonly commands: readonly Command[];
}

export const initial: Machine = {
  phase: { name: "offline" },
  broadcast: "unknown",
  endedAt: null,
  attempts: 0,
  mediaFailures: [],
};

/** Resumptions that keep the picture before the engine is thrown away. */
const GENTLE_RETRIES = 4;
const MEDIA_FAILURE_WINDOW_MS = 30_000;
const GENTLE_MEDIA_RECOVERIES = 2;
const MEDIA_FAILURES_BEFORE_GIVING_UP = 6;
/** A picture that stands still this long while the stream goes on is the engine's fault. */
const WATCHDOG_MS = 3_000;
const WATCHDOG_EDGE_S = 2;
/** For this long after the end of a playlist, word that the stream is live is taken to be old. */
const STALE_WORD_MS = 5_000;
/** A load that has shown neither picture nor error after this long is tried again. */
const LOAD_DEADLINE_MS = 15_000;

/** The player's rules: one event in, the next state and the commands out. `now` is in ms. */
export function step(machine: Machine, event: PlayerEvent, now: number): Step {
  switch (event.type) {
    case "broadcast":
      return onBroadcast({ ...machine, broadcast: event.broadcast }, now);
    case "progress":
      return onProgress(machine);
    case "waiting":
      return onWaiting(machine, event.edge, now);
    case "paused":
      return machine.phase.name === "playing" || machine.phase.name === "stalled"
        ? to(machine, { name: "paused", broken: false })
        : stay(machine);
    case "resumed":
      return onResumed(machine, now);
    case "ended":
      return to({ ...machine, attempts: 0, endedAt: now }, { name: "offline" }, "stop");
    case "failure":
      return onFailure(machine, event, now);
    case "online":
    case "retry":
      return onRetry(machine, now);
    case "tick":
      return onTick(machine, event, now);
  }
}

function onBroadcast(machine: Machine, now: number): Step {
  const { phase, broadcast } = machine;
  switch (broadcast) {
    case "live":
      return isIdle(phase) ? goOnAir(machine, now) : stay(machine);
    case "starting":
    case "interrupted":
      return phase.name === "offline"
        ? to({ ...machine, endedAt: null }, { name: "waiting" })
        : stay(machine);
    case "offline":
      // What is buffered is played out before the stream is called over.
      return phase.name === "playing" || phase.name === "offline" || phase.name === "failed"
        ? stay({ ...machine, endedAt: null })
        : to(machine, { name: "offline" }, "stop");
    case "unknown":
      return stay(machine);
  }
}

function goOnAir(machine: Machine, now: number): Step {
  return machine.endedAt !== null && now - machine.endedAt < STALE_WORD_MS
    ? stay(machine)
    : to({ ...machine, attempts: 0, endedAt: null }, { name: "loading", since: now }, "load");
}

function isIdle(phase: Phase): boolean {
  return phase.name === "offline" || phase.name === "waiting";
}

function onProgress(machine: Machine): Step {
  switch (machine.phase.name) {
    case "loading":
    case "stalled":
      return to({ ...machine, attempts: 0 }, { name: "playing" });
    case "reconnecting":
      // Moving on what is still buffered is no proof that the network is back; a retry under way is.
      return machine.phase.retryAt === null
        ? to({ ...machine, attempts: 0 }, { name: "playing" })
        : stay(machine);
    default:
      return stay(machine);
  }
}

function onWaiting(machine: Machine, edge: number | null, now: number): Step {
  if (machine.phase.name !== "playing") {
    return stay(machine);
  }
  return machine.broadcast === "offline"
    ? to(machine, { name: "offline" }, "stop")
    : to(machine, { name: "stalled", since: now, edge });
}

function onResumed(machine: Machine, now: number): Step {
  const { phase } = machine;
  if (phase.name !== "paused") {
    return stay(machine);
  }
  return phase.broken
    ? to(machine, { name: "loading", since: now }, "load")
    : to(machine, { name: "stalled", since: now, edge: null });
}

function onFailure(
  machine: Machine,
  event: Extract<PlayerEvent, { type: "failure" }>,
  now: number,
): Step {
  if (machine.phase.name === "offline" || machine.phase.name === "failed") {
    return stay(machine);
  }
  if (event.kind === "unsupported") {
    return to(machine, { name: "failed", reason: "unsupported" }, "stop");
  }
  if (machine.broadcast === "offline") {
    return to(machine, { name: "offline" }, "stop");
  }
  if (machine.phase.name === "paused") {
    return to(machine, { name: "paused", broken: true });
  }
  return event.kind === "network"
    ? reconnect(machine, event.spread, now)
    : onMediaFailure(machine, now);
}

function reconnect(machine: Machine, spread: number, now: number): Step {
  const attempt = machine.attempts + 1;
  return to(
    { ...machine, attempts: attempt },
    { name: "reconnecting", attempt, since: now, retryAt: now + backoffMs(attempt, spread) },
  );
}

function onMediaFailure(machine: Machine, now: number): Step {
  const recent = machine.mediaFailures.filter((at) => now - at < MEDIA_FAILURE_WINDOW_MS);
  const failures = [...recent, now];
  const next = { ...machine, mediaFailures: failures };
  if (failures.length <= GENTLE_MEDIA_RECOVERIES) {
    return { machine: next, commands: ["recoverMedia"] };
  }
  return failures.length < MEDIA_FAILURES_BEFORE_GIVING_UP
    ? to(next, { name: "loading", since: now }, "load")
    : to(next, { name: "failed", reason: "media" }, "stop");
}

function onRetry(machine: Machine, now: number): Step {
  const { phase } = machine;
  if (phase.name === "failed") {
    return to({ ...machine, mediaFailures: [], attempts: 0 }, { name: "loading", since: now }, "load");
  }
  if (phase.name !== "reconnecting" || phase.retryAt === null) {
    return stay(machine);
  }
  return to(
    machine,
    { ...phase, since: now, retryAt: null },
    phase.attempt <= GENTLE_RETRIES ? "resume" : "load",
  );
}

function onTick(
  machine: Machine,
  { edge, spread }: Extract<PlayerEvent, { type: "tick" }>,
  now: number,
): Step {
  const { phase } = machine;
  switch (phase.name) {
    case "reconnecting":
      if (phase.retryAt === null) {
        return now - phase.since >= LOAD_DEADLINE_MS ? reconnect(machine, spread, now) : stay(machine);
      }
      return now >= phase.retryAt ? onRetry(machine, now) : stay(machine);
    case "loading":
      return now - phase.since >= LOAD_DEADLINE_MS ? reconnect(machine, spread, now) : stay(machine);
    case "offline":
      return machine.broadcast === "live" ? goOnAir(machine, now) : stay(machine);
    case "stalled":
      return onStalledTick(machine, phase, edge, now);
    default:
      return stay(machine);
  }
}

function onStalledTick(
  machine: Machine,
  phase: Extract<Phase, { name: "stalled" }>,
  edge: number | null,
  now: number,
): Step {
  if (edge === null) {
    return stay(machine);
  }
  if (phase.edge === null) {
    return to(machine, { ...phase, edge });
  }
  const streamGoesOn = edge - phase.edge >= WATCHDOG_EDGE_S;
  return streamGoesOn && now - phase.since >= WATCHDOG_MS
    ? to(machine, { name: "loading", since: now }, "load")
    : stay(machine);
}

function to(machine: Machine, phase: Phase, ...commands: Command[]): Step {
  return { machine: { ...machine, phase }, commands };
}

function stay(machine: Machine): Step {
  return { machine, commands: [] };
}
