import { describe, expect, test } from "vitest";
import { initial, type Command, type Machine, type PlayerEvent, step } from "./machine";

const live: PlayerEvent = { type: "broadcast", broadcast: "live" };
const starting: PlayerEvent = { type: "broadcast", broadcast: "starting" };
const offAir: PlayerEvent = { type: "broadcast", broadcast: "offline" };
const unreachable: PlayerEvent = { type: "broadcast", broadcast: "unknown" };
const progress: PlayerEvent = { type: "progress" };
const waiting: PlayerEvent = { type: "waiting", edge: 100 };
const networkFailure: PlayerEvent = { type: "failure", kind: "network", spread: 0.5 };
const mediaFailure: PlayerEvent = { type: "failure", kind: "media", spread: 0.5 };
const tick = (edge: number | null = null): PlayerEvent => ({ type: "tick", edge, spread: 0.5 });

/** Runs events, each at its own time in ms, and collects the commands. */
function run(
  events: ReadonlyArray<readonly [at: number, event: PlayerEvent]>,
  from: Machine = initial,
): { machine: Machine; phase: string; commands: Command[] } {
  let machine = from;
  const commands: Command[] = [];
  for (const [at, event] of events) {
    const next = step(machine, event, at);
    machine = next.machine;
    commands.push(...next.commands);
  }
  return { machine, phase: machine.phase.name, commands };
}

const playing = run([
  [0, live],
  [500, progress],
]).machine;

describe("going on air", () => {
  test("waits while the stream starts, loads once it is live, plays at the first progress", () => {
    expect(run([[0, starting]])).toMatchObject({ phase: "waiting", commands: [] });
    const loaded = run([
      [0, starting],
      [2_000, live],
    ]);
    expect(loaded).toMatchObject({ phase: "loading", commands: ["load"] });
    expect(run([[2_500, progress]], loaded.machine).phase).toBe("playing");
  });

  test("a repeated answer that the stream is live loads nothing again", () => {
    expect(
      run([
        [0, live],
        [2_000, live],
        [2_500, progress],
        [4_000, live],
      ]).commands,
    ).toEqual(["load"]);
  });

  test("an interrupted stream is not loaded until its broadcaster is back", () => {
    const interrupted: PlayerEvent = { type: "broadcast", broadcast: "interrupted" };
    const met = run([[0, interrupted]]);
    expect(met).toMatchObject({ phase: "waiting", commands: [] });
    expect(run([[5_000, live]], met.machine)).toMatchObject({ phase: "loading", commands: ["load"] });
    expect(run([[1_000, interrupted]], playing)).toMatchObject({ phase: "playing", commands: [] });
  });

  test("a load that shows neither picture nor error is tried again", () => {
    const { phase, commands } = run([
      [0, live],
      [14_999, tick()],
    ]);
    expect({ phase, commands }).toEqual({ phase: "loading", commands: ["load"] });
    expect(
      run([
        [0, live],
        [15_000, tick()],
      ]).phase,
    ).toBe("reconnecting");
  });
});

describe("going off air", () => {
  test("what is buffered is played out first", () => {
    const told = run([[1_000, offAir]], playing);
    expect(told).toMatchObject({ phase: "playing", commands: [] });
    expect(run([[1_800, waiting]], told.machine)).toMatchObject({
      phase: "offline",
      commands: ["stop"],
    });
  });

  test("a playlist gone after the end is the end, not a failure", () => {
    expect(
      run(
        [
          [1_000, offAir],
          [1_200, networkFailure],
        ],
        playing,
      ),
    ).toMatchObject({ phase: "offline", commands: ["stop"] });
  });

  test("the end of the playlist wins over older word that the stream is live", () => {
    const ended = run(
      [
        [1_000, { type: "ended" }],
        [1_500, live],
      ],
      playing,
    );
    expect(ended).toMatchObject({ phase: "offline", commands: ["stop"] });
    const again = run(
      [
        [2_500, offAir],
        [4_500, live],
      ],
      ended.machine,
    );
    expect(again).toMatchObject({ phase: "loading", commands: ["load"] });
  });

  test("a stream that came back between two answers is loaded when the word is no longer old", () => {
    const ended = run(
      [
        [1_000, { type: "ended" }],
        [5_999, tick()],
      ],
      playing,
    );
    expect(ended.phase).toBe("offline");
    expect(run([[6_000, tick()]], ended.machine)).toMatchObject({
      phase: "loading",
      commands: ["load"],
    });
  });

  test("a stalled picture goes off air at once", () => {
    expect(
      run(
        [
          [1_000, waiting],
          [2_000, offAir],
        ],
        playing,
      ),
    ).toMatchObject({ phase: "offline", commands: ["stop"] });
  });

  test("the stream coming back loads by itself", () => {
    expect(
      run(
        [
          [1_000, offAir],
          [1_500, waiting],
          [60_000, live],
        ],
        playing,
      ),
    ).toMatchObject({ phase: "loading", commands: ["stop", "load"] });
  });
});

describe("network failures", () => {
  test("retries are spaced out, gentle at first, then afresh, and progress forgets them", () => {
    let machine = playing;
    const delays: number[] = [];
    const commands: Command[] = [];
    let now = 10_000;
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      machine = step(machine, networkFailure, now).machine;
      if (machine.phase.name !== "reconnecting" || machine.phase.retryAt === null) {
        throw new Error(`no retry planned in ${machine.phase.name}`);
      }
      delays.push(machine.phase.retryAt - now);
      expect(step(machine, tick(), machine.phase.retryAt - 1).commands).toEqual([]);
      now = machine.phase.retryAt;
      const due = step(machine, tick(), now);
      commands.push(...due.commands);
      machine = due.machine;
    }
    expect(delays).toEqual([400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(commands).toEqual(["resume", "resume", "resume", "resume", "load", "load"]);
    expect(run([[now + 300, progress]], machine).machine).toMatchObject({
      phase: { name: "playing" },
      attempts: 0,
    });
  });

  test("moving on what is buffered does not call the network healed", () => {
    expect(
      run(
        [
          [1_000, networkFailure],
          [1_200, progress],
        ],
        playing,
      ).phase,
    ).toBe("reconnecting");
  });

  test("the browser coming online retries at once", () => {
    expect(
      run(
        [
          [1_000, networkFailure],
          [1_001, { type: "online" }],
        ],
        playing,
      ).commands,
    ).toEqual(["resume"]);
  });

  test("a server that cannot be asked changes nothing by itself", () => {
    expect(run([[1_000, unreachable]], playing)).toMatchObject({ phase: "playing", commands: [] });
  });

  test("a retry that comes to nothing is itself retried", () => {
    const trying = run(
      [
        [1_000, networkFailure],
        [1_400, tick()],
      ],
      playing,
    );
    expect(run([[16_400, tick()]], trying.machine).machine.phase).toMatchObject({
      name: "reconnecting",
      attempt: 2,
    });
  });
});

describe("media failures", () => {
  test("recovery twice, reload thrice, then give up until the viewer asks", () => {
    let machine = playing;
    const commands: Command[] = [];
    for (let failure = 0; failure < 6; failure += 1) {
      const next = run([[1_000 + failure * 2_000, mediaFailure]], machine);
      machine = next.machine;
      commands.push(...next.commands);
    }
    expect(commands).toEqual(["recoverMedia", "recoverMedia", "load", "load", "load", "stop"]);
    expect(machine.phase).toEqual({ name: "failed", reason: "media" });
    expect(run([[60_000, { type: "retry" }]], machine)).toMatchObject({
      phase: "loading",
      commands: ["load"],
    });
  });

  test("failures far apart are each recovered gently", () => {
    expect(
      run(
        [
          [0, mediaFailure],
          [40_000, mediaFailure],
          [80_000, mediaFailure],
          [120_000, mediaFailure],
        ],
        playing,
      ).commands,
    ).toEqual(["recoverMedia", "recoverMedia", "recoverMedia", "recoverMedia"]);
  });

  test("a codec that the browser lacks is said at once", () => {
    expect(
      run([[0, { type: "failure", kind: "unsupported", spread: 0 }]], playing),
    ).toMatchObject({ phase: "failed", commands: ["stop"] });
  });
});

describe("stalls", () => {
  test("the broadcaster's pause ends by itself", () => {
    expect(
      run(
        [
          [1_000, waiting],
          [30_000, tick(100)],
          [31_000, progress],
        ],
        playing,
      ),
    ).toMatchObject({ phase: "playing", commands: [] });
  });

  test("a picture that stands still while the stream goes on is loaded afresh", () => {
    expect(
      run(
        [
          [1_000, waiting],
          [5_000, tick(104)],
          [9_000, tick(108)],
        ],
        playing,
      ),
    ).toMatchObject({ phase: "loading", commands: ["load"] });
  });
});

describe("pausing", () => {
  test("a pause that outlived the network loads on play, not before", () => {
    const paused = run(
      [
        [1_000, { type: "paused" }],
        [2_000, networkFailure],
        [60_000, tick()],
      ],
      playing,
    );
    expect(paused).toMatchObject({ phase: "paused", commands: [] });
    expect(run([[90_000, { type: "resumed" }]], paused.machine)).toMatchObject({
      phase: "loading",
      commands: ["load"],
    });
  });

  test("an unbroken pause just goes on", () => {
    expect(
      run(
        [
          [1_000, { type: "paused" }],
          [2_000, { type: "resumed" }],
          [2_100, progress],
        ],
        playing,
      ),
    ).toMatchObject({ phase: "playing", commands: [] });
  });
});
