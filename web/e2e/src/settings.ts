import { env } from "node:process";

/**
 * The running platform that the scenarios are played on. Nothing is started here: `nexus up` (or a server elsewhere)
 * is up, with one stream registered for these tests and nobody publishing.
 */
export interface Settings {
  /** Where the TV app is: `NEXUS_TV_URL`. */
  tvUrl: string;
  /** Where encoders connect, with the application: `NEXUS_RTMP_URL`. */
  rtmpUrl: string;
  /** The stream's key, `NEXUS_STREAM_KEY`, and its slug, `NEXUS_STREAM_SLUG`. */
  streamKey: string;
  slug: string;
  /** PEM file of the authority that signed the server's certificate, `NEXUS_CA`; absent for publicly trusted ones. */
  authority: string | null;
  /** `CHROMIUM`, else whichever is in PATH. */
  chromium: string | null;
  /** Seconds that smooth playback is watched for: `NEXUS_E2E_SECONDS`. */
  watchSeconds: number;
  /** Folder for the pictures taken on the way: `NEXUS_E2E_OUT`. */
  out: string;
  /** `UPDATE_SCREENSHOTS=1` renews the pictures in the documentation. */
  updateScreenshots: boolean;
}

export function settings(): Settings {
  return {
    tvUrl: env.NEXUS_TV_URL ?? "https://tv.nexuscos.localhost:8443",
    rtmpUrl: env.NEXUS_RTMP_URL ?? "rtmp://127.0.0.1:1935/live",
    streamKey: required("NEXUS_STREAM_KEY"),
    slug: env.NEXUS_STREAM_SLUG ?? "e2e",
    authority: env.NEXUS_CA ?? null,
    chromium: env.CHROMIUM ?? null,
    watchSeconds: Number(env.NEXUS_E2E_SECONDS ?? "20"),
    out: env.NEXUS_E2E_OUT ?? "results",
    updateScreenshots: env.UPDATE_SCREENSHOTS === "1",
  };
}

function required(name: string): string {
  const value = env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: register a stream with \`nexus admin\` and pass its key`);
  }
  return value;
}
