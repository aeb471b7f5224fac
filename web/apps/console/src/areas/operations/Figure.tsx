import type { ReactNode } from "react";

interface FigureProps {
  name: string;
  value: ReactNode;
  /** What qualifies the value: a unit, a limit, a trend. */
  note?: ReactNode;
}

/** Figures side by side, each large enough to read from the desk behind. */
export function Figures({ label, children }: { label: string; children: ReactNode }) {
  return (
    <dl
      aria-label={label}
      className="grid grid-cols-2 gap-px overflow-hidden rounded-panel border border-line bg-line sm:grid-cols-[repeat(auto-fit,minmax(9rem,1fr))]"
    >
      {children}
    </dl>
  );
}

export function Figure({ name, value, note }: FigureProps) {
  return (
    <div className="bg-surface px-5 py-4 max-sm:last:odd:col-span-2">
      <dt className="text-sm text-text-soft">{name}</dt>
      <dd className="mt-1 text-2xl leading-tight font-semibold tracking-tight">{value}</dd>
      {note !== undefined && <dd className="mt-0.5 text-sm text-text-faint">{note}</dd>}
    </div>
  );
}
