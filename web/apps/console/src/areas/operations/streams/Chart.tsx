import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import UPlot, { type AlignedData, type Options } from "uplot";
import { columns, type Sample, SHOWN } from "../samples";

export interface Line {
  name: string;
  of: (sample: Sample) => number | null | undefined;
  format: (value: number) => string;
  /** A role among the design tokens. */
  colour: string;
  fill?: boolean;
  /** Things that are counted: no ticks in between. */
  whole?: boolean;
}

interface ChartProps {
  line: Line;
  samples: readonly Sample[];
}

const ASPECT_HEIGHT_REM = 8.5;
/** Distances between the ticks of what is counted. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** One figure over time; drawn on a canvas, told in words to who does not see it. */
export function Chart({ line, samples }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const values = samples.map(line.of).filter((value) => value != null);
  const newest = values.at(-1);
  const summary =
    newest === undefined
      ? `${line.name}: no figures yet`
      : `${line.name}: ${line.format(newest)} now, between ${line.format(Math.min(...values))} and ${line.format(Math.max(...values))}`;

  useEffect(() => {
    const element = place.current;
    if (element === null) {
      return undefined;
    }
    const created = new UPlot(options(line, element), [[], []], element);
    plot.current = created;
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height: height() }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [line]);

  useEffect(() => {
    const last = samples.at(-1);
    if (plot.current === null || last === undefined) {
      return;
    }
    plot.current.setData(columns(samples, [line.of]) as AlignedData, false);
    const now = Date.parse(last.at) / 1_000;
    // The window has the same length from the first second on, so that nothing stretches.
    plot.current.setScale("x", { min: now - SHOWN, max: now });
  }, [line, samples]);

  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline justify-between gap-4 text-sm">
        <span className="text-text-soft">{line.name}</span>
        <span className="font-medium">{newest === undefined ? "–" : line.format(newest)}</span>
      </figcaption>
      <p className="sr-only">{summary}</p>
      <div ref={place} aria-hidden className="w-full" />
    </figure>
  );
}

function height(): number {
  return ASPECT_HEIGHT_REM * rem();
}

function rem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(line: Line, element: HTMLElement): Options {
  const colour = token(line.colour);
  const axis = {
    stroke: token("--color-text-faint"),
    font: `${0.75 * rem()}px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: token("--color-line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: height(),
    padding: [rem() / 2, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: "signal" } },
    scales: { x: { auto: false }, y: { range: (_, __, most) => [0, Math.max(1, (most ?? 0) * 1.15)] } },
    axes: [
      { ...axis, space: 5 * rem(), size: 1.75 * rem(), values: (_, times) => times.map((time) => clock.format(time * 1_000)) },
      { ...axis, size: 4.75 * rem(), space: 2.25 * rem(), values: (_, ticks) => ticks.map(line.format), ...(line.whole === true ? { incrs: WHOLE } : {}) },
    ],
    series: [
      {},
      { stroke: colour, width: 1.5, points: { show: false }, ...(line.fill === true ? { fill: `${colour}26` } : {}) },
    ],
  };
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
