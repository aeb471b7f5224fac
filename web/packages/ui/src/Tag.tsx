import type { ReactNode } from "react";

/** A short word about something: a role, a scope, `this device`. */
export function Tag({ children, mono = false }: { children: ReactNode; mono?: boolean }) {
  return (
    <span
      className={`inline-flex items-center rounded-[0.375rem] border border-line-strong px-2 py-0.5 text-xs leading-5 whitespace-nowrap text-text-soft ${mono ? "font-mono" : "font-medium"}`}
    >
      {children}
    </span>
  );
}
