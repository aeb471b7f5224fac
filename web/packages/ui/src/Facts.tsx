import type { ReactNode } from "react";

/** Names and values, one pair under the other. */
export function Facts({ facts }: { facts: ReadonlyArray<readonly [name: string, value: ReactNode]> }) {
  return (
    <dl className="grid gap-x-8 gap-y-1 text-[0.9375rem] sm:grid-cols-[minmax(7rem,10rem)_minmax(0,1fr)] sm:gap-y-3">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-text-soft max-sm:mt-2 max-sm:text-sm">{name}</dt>
          <dd className="min-w-0 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
