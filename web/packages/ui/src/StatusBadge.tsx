import { Circle, CircleAlert, CircleCheck, CircleDashed, CircleMinus, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** Six steps after Astro UXDS, each with a shape of its own. On air is not among them: that is `LiveLamp`. */
export type Status = "normal" | "standby" | "caution" | "serious" | "off" | "unknown";

const LOOK: Record<Status, { icon: LucideIcon; colour: string }> = {
  normal: { icon: CircleCheck, colour: "text-normal" },
  standby: { icon: Circle, colour: "text-text-soft" },
  caution: { icon: TriangleAlert, colour: "text-caution" },
  serious: { icon: CircleAlert, colour: "text-serious" },
  off: { icon: CircleMinus, colour: "text-text-faint" },
  unknown: { icon: CircleDashed, colour: "text-text-faint" },
};

/** A state in shape, word and colour. */
export function StatusBadge({ status, children }: { status: Status; children: ReactNode }) {
  const { icon: Icon, colour } = LOOK[status];
  return (
    <span className="inline-flex items-center gap-1.5 align-middle text-sm font-medium whitespace-nowrap">
      <Icon aria-hidden className={`size-4 shrink-0 ${colour}`} strokeWidth={2.25} />
      {children}
    </span>
  );
}
