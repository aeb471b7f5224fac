import { take } from "@nexus/api";
import { LiveLamp } from "@nexus/ui";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { streamcore } from "../data/clients";

const POLL_MS = 3_000;

/** What is on air, asked for as long as the console is open; also tells whether the server is there. */
export const onAir = queryOptions({
  queryKey: ["on-air"],
  queryFn: async ({ signal }) => {
    const { streams } = await take(streamcore.GET("/api/v1/streams", { signal }));
    return streams.filter(({ state }) => state === "live").length;
  },
  refetchInterval: POLL_MS,
});

/** Lit while anything is on air. */
export function OnAirLamp() {
  const { data, isError } = useQuery(onAir);
  if (data === undefined || data === 0 || isError) {
    return null;
  }
  return (
    <span className="flex items-center gap-2">
      <LiveLamp state="live" />
      <span className="text-sm text-text-soft max-lg:sr-only">{data === 1 ? "1 stream" : `${data} streams`}</span>
    </span>
  );
}
