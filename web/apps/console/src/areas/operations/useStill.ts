import type { Stream } from "@nexus/api";
import { useQuery } from "@tanstack/react-query";

const REFRESH_MS = 10_000;
/** A stream that just started has no keyframe yet. */
const RETRY_MS = 2_000;

/** A recent picture of a stream on air as a data URL; null until there is one. */
export function useStill({ state, playback, started_at }: Stream): string | null {
  const playlist = state === "live" ? playback.hls : null;
  const { data } = useQuery({
    queryKey: ["still", playlist, started_at],
    queryFn: async ({ signal }) => {
      const { takeStill } = await import("@nexus/player/still");
      return takeStill(playlist ?? "", signal);
    },
    enabled: playlist !== null,
    refetchInterval: (query) => (query.state.data ? REFRESH_MS : RETRY_MS),
    staleTime: REFRESH_MS,
    gcTime: REFRESH_MS * 3,
  });
  return data ?? null;
}
