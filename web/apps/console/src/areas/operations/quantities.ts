const STEP = 1_024;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An amount of memory or disk: `1.5 GiB`. */
export function bytes(amount: number): string {
  const step = amount < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(amount) / Math.log(STEP)));
  const value = amount / STEP ** step;
  return `${value.toFixed(step === 0 || value >= 100 ? 0 : 1)} ${UNITS[step]}`;
}

/** How long something has been running: `3 d 4 h`, `12 min`. */
export function span(seconds: number): string {
  if (seconds < MINUTE) {
    return `${Math.max(0, Math.floor(seconds))} s`;
  }
  if (seconds < HOUR) {
    return `${Math.floor(seconds / MINUTE)} min`;
  }
  return seconds < DAY
    ? `${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`
    : `${Math.floor(seconds / DAY)} d ${Math.floor((seconds % DAY) / HOUR)} h`;
}
