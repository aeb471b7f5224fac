import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { clockFilters } from "./clockPicture";
import type { Stream } from "./streams";

export interface Source {
  /** B-frames between references. */
  bFrames?: number;
  sound?: boolean;
  frameRate?: number;
  /** A file to loop unchanged instead of the test picture. */
  file?: string;
}

/** An encoder on air: FFmpeg, publishing until told otherwise. */
export class Publisher {
  #errors = "";

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4_000);
    });
  }

  static start(stream: Stream, source: Source = {}): Publisher {
    const address = `${stream.server}/${stream.key}`;
    const input = source.file === undefined ? testPicture(source) : loop(source.file);
    const args = ["-hide_banner", "-loglevel", "error", "-nostdin", ...input, "-f", "flv", address];
    return new Publisher(spawn("ffmpeg", args, { stdio: ["ignore", "ignore", "pipe"] }));
  }

  /** Says good-bye to the server first, as "Stop streaming" does. */
  async stop(): Promise<void> {
    await this.#end("SIGINT");
  }

  /** What a crash or a pulled plug looks like. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** What the encoder complained about last; for failure messages. */
  get errors(): string {
    return this.#errors;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      return;
    }
    const exited = once(this.child, "exit", { signal: AbortSignal.timeout(10_000) });
    this.child.kill(signal);
    await exited;
  }
}

function testPicture({ bFrames = 0, sound = true, frameRate = 30 }: Source): string[] {
  const video = `testsrc2=size=1280x720:rate=${frameRate},${clockFilters()},format=yuv420p`;
  const audio = "sine=frequency=440:sample_rate=48000,aformat=channel_layouts=stereo";
  const inputs = [["-re", "-f", "lavfi", "-i", video], sound ? ["-re", "-f", "lavfi", "-i", audio] : []];
  const encoders = [
    ["-c:v", "libx264", "-preset", "ultrafast", "-bf", String(bFrames)],
    bFrames === 0 ? ["-tune", "zerolatency"] : [],
    ["-g", String(frameRate), "-keyint_min", String(frameRate), "-b:v", "3000k"],
    sound ? ["-c:a", "aac", "-b:a", "128k"] : [],
  ];
  return [...inputs, ...encoders].flat();
}

function loop(file: string): string[] {
  return ["-re", "-stream_loop", "-1", "-i", file, "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"];
}
