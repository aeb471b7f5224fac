import { relativeTime } from "./relativeTime";
import { useNow } from "./useNow";

const REFRESH_MS = 30_000;
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

interface TimeProps {
  /** RFC 3339. */
  at: string;
  /** `relative`: 3 minutes ago; `exact`: to the second; `day`: the date. */
  as?: "relative" | "exact" | "day";
}

/** A moment, in the reader's time zone; the exact one is its tooltip. */
export function Time({ at, as = "relative" }: TimeProps) {
  const now = useNow(REFRESH_MS);
  const ms = Date.parse(at);
  const shown = as === "relative" ? relativeTime(ms, now) : (as === "day" ? day : exact).format(ms);
  return (
    <time dateTime={at} title={exact.format(ms)} className="whitespace-nowrap">
      {shown}
    </time>
  );
}
