import { streamcore, type Stream } from "@nexus/api";
import { queryOptions } from "@tanstack/react-query";

const client = streamcore();

/** How often the page asks what is on air. */
const POLL_MS = 2_000;

/** The server answered, but not with what was asked for; `status` is the HTTP status. */
export class ServerError extends Error {
  constructor(readonly status: number) {
    super(`the server answered with status ${status}`);
  }
}

/** All streams on air, first those with a picture, of these the longest on air: a newcomer moves nothing. */
export const liveStreams = queryOptions({
  queryKey: ["streams"],
  queryFn: async ({ signal }): Promise<readonly Stream[]> => {
    const { data, response } = await client.GET("/api/v1/streams", { signal });
    if (data === undefined) {
      throw new ServerError(response.status);
    }
    return data.streams.filter(({ state }) => state !== "offline").toSorted(byRankAndStart);
  },
  refetchInterval: POLL_MS,
});

const RANK = { live: 0, starting: 1, interrupted: 2, offline: 3 };

function byRankAndStart(a: Stream, b: Stream): number {
  return RANK[a.state] - RANK[b.state] || (a.started_at ?? "~").localeCompare(b.started_at ?? "~") || a.slug.localeCompare(b.slug);
}

/** One stream; null when no stream has this name. */
export function oneStream(slug: string) {
  return queryOptions({
    queryKey: ["streams", slug],
    queryFn: async ({ signal }): Promise<Stream | null> => {
      const { data, response } = await client.GET("/api/v1/streams/{slug}", {
        params: { path: { slug } },
        signal,
      });
      if (response.status === 404) {
        return null;
      }
      if (data === undefined) {
        throw new ServerError(response.status);
      }
      return data;
    },
    refetchInterval: POLL_MS,
    refetchIntervalInBackground: true,
  });
}
