import type { Stream } from "@nexus/api";
import { useQuery } from "@tanstack/react-query";

/** A picture of the stream is taken again after this long. */
const REFRESH_MS = 20_000;
/** Until there is one, it is tried again after this long: a stream that just started has no keyframe yet. */
const RETRY_MS = 2_000;

/** A recent picture of the stream, taken from its newest keyframe, as a data URL; null until there is one. */
export function useStill(stream: Stream): string | null {
  const playlist = stream.state === "live" ? stream.playback.hls : null;
  const { data } = useQuery({
    queryKey: ["still", playlist, stream.started_at],
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
