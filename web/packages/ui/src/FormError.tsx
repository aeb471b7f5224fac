import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** Why a form was not accepted; read out when it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-2.5 rounded-control border border-serious/60 bg-serious/10 px-3.5 py-3 text-[0.9375rem] leading-snug text-text"
    >
      <CircleAlert aria-hidden className="mt-px size-[1.125rem] shrink-0 text-serious" />
      <div className="min-w-0 wrap-anywhere">{children}</div>
    </div>
  );
}
