import { Notice } from "@nexus/ui";
import { RadioTower } from "lucide-react";

/** The empty grid, and the way to fill it. */
export function GoLiveGuide() {
  return (
    <Notice icon={RadioTower} title="No one is live right now">
      <p>This page notices by itself when a broadcast starts.</p>
      <div className="mt-8 rounded-panel border border-line bg-surface p-5 text-left sm:p-6">
        <h3 className="text-base font-semibold text-text">Go live from OBS or any RTMP encoder</h3>
        <dl className="mt-4 grid gap-x-6 gap-y-3 text-[0.9375rem] sm:grid-cols-[auto_1fr]">
          <dt className="text-text-faint">Server</dt>
          <dd className="font-mono text-text select-all">rtmp://{ingestHost()}/live</dd>
          <dt className="text-text-faint">Stream key</dt>
          <dd>The one your administrator gave you; it starts with <code className="font-mono text-text">nxs_</code></dd>
          <dt className="text-text-faint">Video</dt>
          <dd>H.264, a keyframe every 1 to 2 seconds</dd>
          <dt className="text-text-faint">Audio</dt>
          <dd>AAC, or none</dd>
        </dl>
      </div>
    </Notice>
  );
}

/** Encoders do not resolve the `.localhost` names that browsers do. */
function ingestHost(): string {
  const host = window.location.hostname;
  return host.endsWith(".localhost") ? "localhost" : host;
}
