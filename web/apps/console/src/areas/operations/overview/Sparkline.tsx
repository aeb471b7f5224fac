const WIDTH = 300;
const HEIGHT = 64;
/** Samples in five minutes. */
const SLOTS = 150;

/** A share in percent over the last minutes; the newest at the right. */
export function Sparkline({ name, values }: { name: string; values: readonly number[] }) {
  const step = WIDTH / (SLOTS - 1);
  const left = (SLOTS - values.length) * step;
  const points = values.map((value, index) => {
    const x = left + index * step;
    const y = HEIGHT - (Math.min(100, Math.max(0, value)) / 100) * HEIGHT;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const newest = values.at(-1);
  const peak = values.length === 0 ? 0 : Math.max(...values);
  const summary =
    newest === undefined ? `${name}: no samples yet` : `${name}: ${Math.round(newest)} % now, at most ${Math.round(peak)} %`;
  return (
    <figure>
      <figcaption className="mb-2 flex items-baseline justify-between text-sm">
        <span className="text-text-soft">{name}</span>
        <span className="font-medium">{newest === undefined ? "–" : `${Math.round(newest)} %`}</span>
      </figcaption>
      <p className="sr-only">{summary}</p>
      <svg
        aria-hidden
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-16 w-full rounded-control border border-line bg-sunken text-text-soft"
      >
        {points.length > 1 && (
          <>
            <polygon
              points={`${left.toFixed(1)},${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`}
              className="fill-current opacity-15"
            />
            <polyline points={points.join(" ")} fill="none" stroke="currentColor" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
          </>
        )}
      </svg>
    </figure>
  );
}
