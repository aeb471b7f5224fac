import { env } from "node:process";

/**
 * The running platform that the scenarios are played on. Nothing is started here: `nexus up` (or a server elsewhere)
 * is up, and nobody publishes.
 */
export interface Settings {
  /** Where the TV app is: `NEXUS_TV_URL`. */
  tvUrl: string;
  /** Where the console is: `NEXUS_CONSOLE_URL`. */
  consoleUrl: string;
  /** Where encoders connect, with the application: `NEXUS_RTMP_URL`. */
  rtmpUrl: string;
  /** Where the streams to publish come from. */
  streams: StreamSource;
  /** PEM file of the authority that signed the server's certificate, `NEXUS_CA`; absent for publicly trusted ones. */
  authority: string | null;
  /** `CHROMIUM`, else whichever is in PATH. */
  chromium: string | null;
  /** Seconds that smooth playback is watched for: `NEXUS_E2E_SECONDS`. */
  watchSeconds: number;
  /** Films to loop unchanged as sources besides the test picture: `NEXUS_E2E_FILMS`, separated by `:`. */
  films: readonly string[];
  /** Folder for the pictures taken on the way: `NEXUS_E2E_OUT`. */
  out: string;
  /** `UPDATE_SCREENSHOTS=1` renews the pictures in the documentation. */
  updateScreenshots: boolean;
}

/**
 * With `NEXUS_ADMIN`, a command line such as `/path/nexus admin --home /path/.nexus`, every scenario registers a stream
 * of its own. Without, all share the one of `NEXUS_STREAM_SLUG` and `NEXUS_STREAM_KEY`, and each waits until the
 * server has forgotten what the one before left.
 */
export type StreamSource =
  | { kind: "registered"; command: readonly string[] }
  | { kind: "shared"; slug: string; key: string };

export function settings(): Settings {
  return {
    tvUrl: env.NEXUS_TV_URL ?? "https://tv.nexuscos.localhost:8443",
    consoleUrl: env.NEXUS_CONSOLE_URL ?? "https://nexuscos.localhost:8443",
    rtmpUrl: env.NEXUS_RTMP_URL ?? "rtmp://127.0.0.1:1935/live",
    streams: streamSource(),
    authority: env.NEXUS_CA ?? null,
    chromium: env.CHROMIUM ?? null,
    watchSeconds: Number(env.NEXUS_E2E_SECONDS ?? "20"),
    films: (env.NEXUS_E2E_FILMS ?? "").split(":").filter((film) => film !== ""),
    out: env.NEXUS_E2E_OUT ?? "results",
    updateScreenshots: env.UPDATE_SCREENSHOTS === "1",
  };
}

function streamSource(): StreamSource {
  const command = (env.NEXUS_ADMIN ?? "").split(" ").filter((word) => word !== "");
  return command.length > 0
    ? { kind: "registered", command }
    : { kind: "shared", slug: env.NEXUS_STREAM_SLUG ?? "e2e", key: required("NEXUS_STREAM_KEY") };
}

function required(name: string): string {
  const value = env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: register a stream with \`nexus admin\` and pass its key`);
  }
  return value;
}
