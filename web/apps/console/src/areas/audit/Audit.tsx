import { type GatewaySchemas, take } from "@nexus/api";
import { type Column, DataTable, Empty, Page, Panel, StatusBadge, Time } from "@nexus/ui";
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { More } from "../../data/More";
import { QueryView } from "../../data/QueryView";
import { Actor } from "./Actor";
import { AuditFilters } from "./AuditFilters";
import { EntryDialog } from "./EntryDialog";
import { type AuditFilter, queryOf } from "./filter";

export type Entry = GatewaySchemas["AuditEntry"];

function auditLike(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ signal, pageParam }) =>
      take(
        gateway.GET("/api/v1/audit", {
          params: { query: { ...queryOf(filter), ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
  });
}

/** What was done, by whom, from where. */
export function Audit() {
  const filter = useSearch({ from: "/signed-in/audit" });
  const query = useInfiniteQuery(auditLike(filter));
  const [open, setOpen] = useState<Entry | null>(null);
  const [columns] = useState(() => columnsFor(setOpen));
  return (
    <Page title="Audit log" description="Everything that was done or tried, newest first. Entries cannot be changed: the log is sealed, and a seal can be checked anywhere.">
      <AuditFilters filter={filter} />
      <Panel title="Entries" padding="flush">
        <QueryView query={query} what="the audit log">
          {({ pages }) => {
            const entries = pages.flatMap((page) => page.entries);
            return entries.length === 0 ? (
              <Empty icon={ScrollText} title="No such entries">
                <p>Nothing of this kind has happened yet. Widen the filter to see more.</p>
              </Empty>
            ) : (
              <DataTable caption="Audit entries" columns={columns} rows={entries} rowKey={({ id }) => id} />
            );
          }}
        </QueryView>
        <More query={query} label="Older entries" />
      </Panel>
      {open !== null && <EntryDialog entry={open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function columnsFor(onOpen: (entry: Entry) => void): readonly [Column<Entry>, ...Column<Entry>[]] {
  return [
    {
      header: "Action",
      cell: (entry) => (
        <button type="button" onClick={() => onOpen(entry)} className="cursor-pointer rounded-control text-left font-mono text-sm hover:underline">
          {entry.action}
        </button>
      ),
    },
    { header: "Outcome", cell: ({ outcome }) => <Outcome outcome={outcome} /> },
    { header: "Who", cell: ({ actor }) => <Actor id={actor ?? null} /> },
    { header: "When", cell: ({ at }) => <Time at={at} as="exact" /> },
    { header: "Address", cell: ({ address }) => address ?? "–", wideOnly: true },
  ];
}

export function Outcome({ outcome }: { outcome: Entry["outcome"] }) {
  return outcome === "success" ? <StatusBadge status="normal">Done</StatusBadge> : <StatusBadge status="caution">Refused</StatusBadge>;
}
