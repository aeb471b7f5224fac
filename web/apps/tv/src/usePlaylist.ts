import type { Stream } from "@nexus/api";
import { useEffect, useState } from "react";

/** Longest that the direct way may take to answer before the one through the gateway is taken. */
const PATIENCE_MS = 400;

/**
 * Where to fetch a stream from: straight from StreamCore where the server offers that and this network lets it
 * through, else through the gateway. `null` while that is being found out. Decided once per visit, because a player that
 * changes its source starts anew.
 */
export function usePlaylist(stream: Stream): string | null {
  const throughGateway = `/live/${encodeURIComponent(stream.slug)}/index.m3u8`;
  const direct = stream.playback.direct;
  const [found, setFound] = useState<string | null>(direct == null ? throughGateway : null);
  const wanted = found === null ? (direct ?? null) : null;
  useEffect(() => {
    let current = wanted !== null;
    if (wanted !== null) {
      void answers(wanted).then((reachable) => current && setFound(reachable ? wanted : throughGateway));
    }
    return () => {
      current = false;
    };
  }, [wanted, throughGateway]);
  return found;
}

/** Any answer will do: that a stream is off air comes from StreamCore too. */
async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), credentials: "omit" })).status < 500;
  } catch {
    return false;
  }
}
