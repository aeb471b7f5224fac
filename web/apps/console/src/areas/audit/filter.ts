/** What the audit log is narrowed down to; it stands in the address, so that it can be passed on. */
export interface AuditFilter {
  text?: string;
  /** Exact, or with `*` at its end. */
  action?: string;
  outcome?: "success" | "failure";
  actor?: string;
  subject?: string;
  /** Days in the reader's time zone, `2026-11-22`. */
  from?: string;
  until?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filter in an address; what is not one is left out. */
export function filterOf(search: Record<string, unknown>): AuditFilter {
  const filter: AuditFilter = {};
  for (const key of ["text", "action", "actor", "subject"] as const) {
    const value = search[key];
    if (typeof value === "string" && value.trim() !== "") {
      filter[key] = value.trim();
    }
  }
  for (const key of ["from", "until"] as const) {
    const value = search[key];
    if (typeof value === "string" && DAY.test(value)) {
      filter[key] = value;
    }
  }
  if (search.outcome === "success" || search.outcome === "failure") {
    filter.outcome = search.outcome;
  }
  return filter;
}

/** The filter as the server wants it: days become moments, and the last day is included. */
export function queryOf({ from, until, ...rest }: AuditFilter): Record<string, string> {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: startOf(from, 0) }),
    ...(until === undefined ? {} : { until: startOf(until, 1) }),
  };
}

function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
