import { announce, StatusBadge, Time } from "@nexus/ui";
import { useEffect, useRef } from "react";
import type { Alarm } from "../system";

/** What needs somebody's attention; a new one is read out. */
export function Alarms({ alarms }: { alarms: readonly Alarm[] }) {
  useAnnounced(alarms);
  if (alarms.length === 0) {
    return (
      <p className="rounded-panel border border-line bg-surface px-5 py-3.5">
        <StatusBadge status="normal">No alarms</StatusBadge>
      </p>
    );
  }
  return (
    <section aria-label="Alarms" className="overflow-hidden rounded-panel border border-caution/60 bg-surface">
      <ul className="divide-y divide-line">
        {alarms.map((alarm) => (
          <li key={`${alarm.id} ${alarm.subject}`} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-5 py-4">
            <span className="basis-24">
              <StatusBadge status={alarm.severity === "critical" ? "serious" : "caution"}>
                {alarm.severity === "critical" ? "Critical" : "Warning"}
              </StatusBadge>
            </span>
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium wrap-anywhere first-letter:uppercase">{alarm.text}</p>
              <p className="mt-0.5 text-[0.9375rem] leading-relaxed text-text-soft first-letter:uppercase">{alarm.remedy}</p>
            </div>
            <span className="text-sm text-text-faint">
              since <Time at={alarm.since} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useAnnounced(alarms: readonly Alarm[]): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const now = new Map(alarms.map(({ id, subject, text }) => [`${id} ${subject}`, text]));
    for (const [key, text] of now) {
      if (!known.current.has(key)) {
        announce(`Alarm: ${text}`);
      }
    }
    known.current = new Set(now.keys());
  }, [alarms]);
}
