const STEPS: ReadonlyArray<readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number]> = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `3 minutes ago`, `tomorrow`, `just now`; both times in ms. */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000);
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  if (step === undefined) {
    return seconds > 15 ? "in a moment" : "just now";
  }
  const [unit, length] = step;
  return format.format(Math.trunc(seconds / length), unit);
}
