import type { StreamCoreSchemas } from "@nexus/api";

export type Sample = StreamCoreSchemas["StreamSample"];

/** Seconds that are shown. */
export const SHOWN = 300;

/** What was known and what came since, without what is too old to show. */
export function appended(known: readonly Sample[], later: readonly Sample[]): Sample[] {
  const last = known.at(-1);
  const fresh = last === undefined ? later : later.filter(({ at }) => Date.parse(at) > Date.parse(last.at));
  return [...known, ...fresh].slice(-SHOWN);
}

/** Columns for a chart: seconds since 1970, then one column per figure; null where there is none. */
export function columns(
  samples: readonly Sample[],
  figures: ReadonlyArray<(sample: Sample) => number | null | undefined>,
): (number | null)[][] {
  const times = samples.map(({ at }) => Date.parse(at) / 1_000);
  return [times, ...figures.map((figure) => samples.map((sample) => figure(sample) ?? null))];
}
