import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  /** What would be here, and how it gets here. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** A list with nothing in it. */
export function Empty({ icon: Icon, title, children, actions }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      <Icon aria-hidden className="size-7 text-text-faint" strokeWidth={1.5} />
      <p className="text-base font-medium">{title}</p>
      {children !== undefined && (
        <div className="max-w-md text-[0.9375rem] leading-relaxed text-pretty text-text-soft">{children}</div>
      )}
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-3">{actions}</div>}
    </div>
  );
}
