import { type StreamCoreSchemas, take } from "@nexus/api";
import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { streamcore } from "../../data/clients";
import { appended } from "./samples";

export type RegisteredStream = StreamCoreSchemas["RegisteredStream"];
export type Registration = StreamCoreSchemas["Registration"];
export type Statistics = StreamCoreSchemas["StreamStatistics"];
export type Ingest = StreamCoreSchemas["Ingest"];

const LIST_MS = 2_000;
const STATISTICS_MS = 1_000;
const PAGE = 100;

/** All registered streams with what is measured on those on air. */
export const registrations = infiniteQueryOptions({
  queryKey: ["registrations"],
  queryFn: ({ signal, pageParam }) => {
    const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
    return take(streamcore.GET("/api/v1/registrations", { params: { query }, signal }));
  },
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next ?? null,
  refetchInterval: LIST_MS,
});

/** What is kept of one stream, with the tag that a change of it must name. */
export function registration(slug: string) {
  return queryOptions({
    queryKey: ["registration", slug],
    queryFn: async ({ signal }) => {
      const call = streamcore.GET("/api/v1/registrations/{slug}", { params: { path: { slug } }, signal });
      const kept = await take(call);
      return { kept, etag: (await call).response.headers.get("etag") ?? "" };
    },
  });
}

/** The stream as its audience sees it, on air or not. */
export function audienceView(slug: string) {
  return queryOptions({
    queryKey: ["stream", slug],
    queryFn: ({ signal }) => take(streamcore.GET("/api/v1/streams/{slug}", { params: { path: { slug } }, signal })),
    refetchInterval: STATISTICS_MS,
  });
}

/** Figures and samples of a stream on air; only the samples that are new are fetched. */
export function statistics(slug: string, client: QueryClient) {
  const queryKey = ["statistics", slug];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<Statistics> => {
      const before = client.getQueryData<Statistics>(queryKey)?.samples ?? [];
      const since = before.at(-1)?.at;
      const query = since === undefined ? {} : { since };
      const params = { path: { slug }, query };
      const now = await take(streamcore.GET("/api/v1/streams/{slug}/stats", { params, signal }));
      return { ...now, samples: appended(before, now.samples) };
    },
    refetchInterval: STATISTICS_MS,
    // Samples of another day are of no use to a page that is opened again.
    gcTime: 0,
  });
}

/** Where encoders connect. */
export const ingest = queryOptions({
  queryKey: ["ingest"],
  queryFn: ({ signal }) => take(streamcore.GET("/api/v1/ingest", { signal })),
  staleTime: 60_000,
});

/** After something was done to a stream, everything about streams is asked for again. */
export async function refreshStreams(client: QueryClient, slug?: string): Promise<void> {
  const keys = [["registrations"], ["on-air"], ...(slug === undefined ? [] : [["registration", slug], ["stream", slug]])];
  await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}
