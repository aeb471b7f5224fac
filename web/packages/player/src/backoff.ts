const FIRST_MS = 400;
const CEILING_MS = 5_000;

/**
 * Delay before retry number `attempt` (1 for the first): doubles from 0.4 s up to 5 s.
 * `spread` in [0, 1) moves it within ±20 %, so that viewers of one stream do not all come back at once.
 */
export function backoffMs(attempt: number, spread: number): number {
  const base = Math.min(CEILING_MS, FIRST_MS * 2 ** (Math.max(1, attempt) - 1));
  return Math.round(base * (0.8 + 0.4 * spread));
}
