import { StatusBadge } from "@nexus/ui";
import type { Person } from "./people";

/** Whether somebody may sign in, and why not. */
export function PersonStatus({ status }: { status: Person["status"] }) {
  switch (status) {
    case "active":
      return <StatusBadge status="normal">Active</StatusBadge>;
    case "disabled":
      return <StatusBadge status="off">Disabled</StatusBadge>;
    case "leaving":
      return <StatusBadge status="caution">Being deleted</StatusBadge>;
  }
}
