import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, DataTable, Empty, Page, Panel, StatusBadge, Time } from "@nexus/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { gateway } from "../../data/clients";
import { QueryView } from "../../data/QueryView";

type Entry = GatewaySchemas["AuditEntry"];

const COLUMNS: readonly [Column<Entry>, ...Column<Entry>[]] = [
  { header: "Action", cell: ({ action }) => <span className="font-mono text-sm">{action}</span> },
  { header: "Outcome", cell: ({ outcome }) => <Outcome outcome={outcome} /> },
  { header: "When", cell: ({ at }) => <Time at={at} as="exact" /> },
  { header: "Subject", cell: ({ subject }) => subject ?? "–", wideOnly: true },
  { header: "Address", cell: ({ address }) => address ?? "–", wideOnly: true },
];

/** What was done, by whom, from where. */
export function Audit() {
  const query = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ signal, pageParam }) =>
      take(gateway.GET("/api/v1/audit", { params: { query: pageParam === null ? {} : { cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
  });
  return (
    <Page title="Audit log" description="Everything that was done or tried, newest first. Entries are never changed.">
      <Panel title="Entries" padding="flush">
        <QueryView query={query} what="the audit log">
          {({ pages }) => {
            const entries = pages.flatMap((page) => page.entries);
            return entries.length === 0 ? (
              <Empty icon={ScrollText} title="Nothing has happened yet" />
            ) : (
              <DataTable caption="Audit entries" columns={COLUMNS} rows={entries} rowKey={({ id }) => id} />
            );
          }}
        </QueryView>
        {query.hasNextPage && (
          <div className="flex justify-center border-t border-line p-4">
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Older entries
            </Button>
          </div>
        )}
      </Panel>
    </Page>
  );
}

function Outcome({ outcome }: { outcome: Entry["outcome"] }) {
  return outcome === "success" ? <StatusBadge status="normal">Done</StatusBadge> : <StatusBadge status="caution">Refused</StatusBadge>;
}
