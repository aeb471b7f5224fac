import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, DataTable, Empty, Panel, Time, toast } from "@nexus/ui";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";

type Row = GatewaySchemas["SessionDetails"];

const COLUMNS: readonly [Column<Row>, ...Column<Row>[]] = [
  { header: "Device", cell: ({ device }) => device ?? "Unknown device" },
  { header: "Address", cell: ({ address }) => address ?? "–" },
  { header: "Signed in", cell: ({ created_at }) => <Time at={created_at} /> },
  { header: "Last seen", cell: ({ seen_at }) => <Time at={seen_at} /> },
];

function sessionsOf(id: string) {
  return queryOptions({
    queryKey: ["people", "sessions", id],
    queryFn: ({ signal }) => take(gateway.GET("/api/v1/people/{id}/sessions", { params: { path: { id } }, signal })),
  });
}

/** Where somebody is signed in. */
export function PersonSessions({ id, mayEnd }: { id: string; mayEnd: boolean }) {
  const query = useQuery(sessionsOf(id));
  const queries = useQueryClient();
  const end = useAction(
    (session: string | null) =>
      session === null
        ? take(gateway.DELETE("/api/v1/people/{id}/sessions", { params: { path: { id } } }))
        : take(gateway.DELETE("/api/v1/people/{id}/sessions/{session}", { params: { path: { id, session } } })),
    async () => {
      await queries.invalidateQueries(sessionsOf(id));
      toast("Signed out");
    },
  );
  return (
    <Panel
      title="Sessions"
      description={failureOf(end)}
      padding="flush"
      actions={
        mayEnd && query.data !== undefined && query.data.sessions.length > 0 ? (
          <Button size="small" busy={end.isPending} onClick={() => end.mutate(null)}>
            Sign out everywhere
          </Button>
        ) : undefined
      }
    >
      <QueryView query={query} what="sessions">
        {({ sessions }) =>
          sessions.length === 0 ? (
            <Empty icon={MonitorSmartphone} title="Not signed in anywhere" />
          ) : (
            <DataTable
              caption="Sessions"
              columns={COLUMNS}
              rows={sessions}
              rowKey={({ id: session }) => session}
              {...(mayEnd
                ? {
                    actions: (row: Row) => (
                      <Button size="small" kind="plain" aria-label={`Sign out ${row.device ?? "this session"}`} onClick={() => end.mutate(row.id)}>
                        Sign out
                      </Button>
                    ),
                  }
                : {})}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
