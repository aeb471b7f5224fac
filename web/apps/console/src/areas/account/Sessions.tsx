import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, ConfirmDialog, DataTable, Panel, Tag, Time, toast } from "@nexus/ui";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { auth } from "../../data/auth";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";

type Row = GatewaySchemas["SessionDetails"];

const sessions = queryOptions({
  queryKey: ["me", "sessions"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/sessions", { signal })),
});

const COLUMNS: readonly [Column<Row>, ...Column<Row>[]] = [
  {
    header: "Device",
    cell: ({ device, current }) => (
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {device ?? "Unknown device"}
        {current && <Tag>This device</Tag>}
      </span>
    ),
  },
  { header: "Address", cell: ({ address }) => address ?? "–" },
  { header: "Signed in", cell: ({ created_at }) => <Time at={created_at} /> },
  { header: "Last seen", cell: ({ seen_at }) => <Time at={seen_at} /> },
];

/** Where one is signed in. */
export function Sessions() {
  const query = useQuery(sessions);
  const queries = useQueryClient();
  const [ending, setEnding] = useState<Row | "others" | null>(null);
  const end = useAction(
    async (which: Row | "others") => {
      if (which === "others") {
        await take(gateway.DELETE("/api/v1/sessions", { params: { query: { keep_current: true } } }));
      } else if (which.current) {
        auth.signOut();
      } else {
        await take(gateway.DELETE("/api/v1/sessions/{id}", { params: { path: { id: which.id } } }));
      }
    },
    async (_, which) => {
      setEnding(null);
      if (which === "others" || !which.current) {
        await queries.invalidateQueries(sessions);
        toast(which === "others" ? "Signed out everywhere else" : "Signed out on that device");
      }
    },
  );
  return (
    <Panel
      title="Sessions"
      description="Every device that is signed in as you. What is signed out here is refused everywhere within a second."
      padding="flush"
      actions={
        query.data !== undefined && query.data.sessions.length > 1 ? (
          <Button size="small" onClick={() => setEnding("others")}>Sign out everywhere else</Button>
        ) : undefined
      }
    >
      <QueryView query={query} what="sessions">
        {({ sessions: rows }) => (
          <DataTable
            caption="Sessions"
            columns={COLUMNS}
            rows={rows}
            rowKey={({ id }) => id}
            actions={(row) => (
              <Button size="small" kind="plain" onClick={() => setEnding(row)} aria-label={`Sign out ${row.device ?? "this session"}`}>
                Sign out
              </Button>
            )}
          />
        )}
      </QueryView>
      <ConfirmDialog
        open={ending !== null}
        title={ending === "others" ? "Sign out everywhere else?" : "Sign out this device?"}
        verb="Sign out"
        busy={end.isPending}
        error={failureOf(end)}
        onConfirm={() => ending !== null && end.mutate(ending)}
        onClose={() => setEnding(null)}
      >
        {ending === "others"
          ? "Every device but this one has to sign in again."
          : ending?.current === true
            ? "It is the one you are using now."
            : `${ending?.device ?? "The device"} has to sign in again.`}
      </ConfirmDialog>
    </Panel>
  );
}
