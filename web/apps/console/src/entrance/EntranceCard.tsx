import type { ReactNode } from "react";

interface EntranceCardProps {
  title: string;
  description?: ReactNode;
  /** Other ways to go, under the card. */
  footer?: ReactNode;
  children?: ReactNode;
}

/** One step of coming in. */
export function EntranceCard({ title, description, footer, children }: EntranceCardProps) {
  return (
    <div className="animate-rise">
      <title>{`${title} · Nexus`}</title>
      <h1 className="text-3xl leading-tight font-semibold tracking-tight text-balance">{title}</h1>
      {description !== undefined && (
        <div className="mt-3 text-base leading-relaxed text-pretty text-text-soft">{description}</div>
      )}
      {children !== undefined && <div className="mt-8">{children}</div>}
      {footer !== undefined && (
        <div className="mt-8 flex flex-wrap gap-x-6 gap-y-2 border-t border-line pt-6 text-[0.9375rem] text-text-soft">{footer}</div>
      )}
    </div>
  );
}
