import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface NoticeProps {
  icon: LucideIcon;
  title: string;
  /** What happened, why, and what to do. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** A whole page or panel that has one thing to say. */
export function Notice({ icon: Icon, title, children, actions }: NoticeProps) {
  return (
    <div className="mx-auto flex max-w-xl animate-rise flex-col items-center gap-4 px-4 py-16 text-center">
      <span className="grid size-14 place-items-center rounded-full border border-line bg-surface text-text-soft">
        <Icon aria-hidden className="size-6" strokeWidth={1.75} />
      </span>
      <h2 className="text-2xl font-semibold tracking-tight text-balance">{title}</h2>
      {children !== undefined && (
        <div className="space-y-3 text-base leading-relaxed text-pretty text-text-soft">{children}</div>
      )}
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-3">{actions}</div>}
    </div>
  );
}
