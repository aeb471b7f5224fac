import { type ReactNode, useId } from "react";

interface PanelProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** `flush` for tables and lists that reach the edges. */
  padding?: "normal" | "flush";
  children?: ReactNode;
}

/** A part of a page that has a name. */
export function Panel({ title, description, actions, padding = "normal", children }: PanelProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="overflow-hidden rounded-panel border border-line bg-surface">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-5 pt-5 pb-4 sm:px-6">
        <div className="min-w-0 flex-1 basis-60">
          <h2 id={id} className="text-lg leading-snug font-semibold tracking-tight">
            {title}
          </h2>
          {description !== undefined && (
            <p className="mt-1 max-w-2xl text-[0.9375rem] leading-relaxed text-pretty text-text-soft">{description}</p>
          )}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children !== undefined && children !== null && (
        <div className={padding === "flush" ? "border-t border-line empty:hidden" : "px-5 pb-5 empty:hidden sm:px-6 sm:pb-6"}>{children}</div>
      )}
    </section>
  );
}
