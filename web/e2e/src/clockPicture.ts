/**
 * A wall clock written into the picture: a row of cells at the top left, white for 1. The first is always white and the
 * second always black, to know the row by; the rest are the bits of the time in ticks, lowest first, in Gray code, so
 * that a clock that moves on between two cells is wrong by one tick at most.
 */
export const CELL = 24;
export const TICK_MS = 10;
export const BITS = 16;

/** FFmpeg filters that draw the row; `time(0)` is the wall clock when the frame passes. */
export function clockFilters(): string {
  const row = [
    box(0, "white", null),
    box(1, "black", null),
    ...Array.from({ length: BITS }, (_, bit) => box(2 + bit, "black", null)),
    ...Array.from({ length: BITS }, (_, bit) => box(2 + bit, "white", grayBit(bit))),
  ];
  return row.join(",");
}

function box(cell: number, color: string, enable: string | null): string {
  const when = enable === null ? "" : `:enable='${enable}'`;
  return `drawbox=x=${cell * CELL}:y=0:w=${CELL}:h=${CELL}:color=${color}:t=fill${when}`;
}

/** Bit `bit` of `t xor (t >> 1)`, from the arithmetic that FFmpeg's expressions have. */
function grayBit(bit: number): string {
  const ticks = `mod(floor(time(0)*${1000 / TICK_MS}),${2 ** BITS})`;
  return `mod(floor((${ticks}+${2 ** bit})/${2 ** (bit + 1)}),2)`;
}

/** Latency of a frame in ms, from the brightness (0 to 255) of its cells; null where no row is seen. */
export function readLatency(cells: readonly number[], now: number): number | null {
  const [white, black, ...bits] = cells;
  if (white === undefined || black === undefined || white < 180 || black > 70 || bits.length !== BITS) {
    return null;
  }
  const middle = (white + black) / 2;
  let value = 0;
  let carry = 0;
  for (let bit = BITS - 1; bit >= 0; bit -= 1) {
    carry ^= (bits[bit] ?? 0) > middle ? 1 : 0;
    value |= carry << bit;
  }
  const cycle = 2 ** BITS;
  const ticks = (((Math.floor(now / TICK_MS) - value) % cycle) + cycle) % cycle;
  return ticks * TICK_MS;
}
