import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, ConfirmDialog, DataTable, Empty, Panel, Time, toast } from "@nexus/ui";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Blocks } from "lucide-react";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { QueryView } from "../../data/QueryView";
import { describeScope } from "../../data/scopes";
import { useAction } from "../../data/useAction";

type Row = GatewaySchemas["Consent"];

const consents = queryOptions({
  queryKey: ["me", "consents"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/session/consents", { signal })),
});

const COLUMNS: readonly [Column<Row>, ...Column<Row>[]] = [
  { header: "App", cell: ({ name }) => name },
  { header: "May", cell: ({ scopes }) => scopes.map(describeScope).join(", ") },
  { header: "Since", cell: ({ granted_at }) => <Time at={granted_at} as="day" /> },
];

/** Other apps that act in one's name. */
export function ConnectedApps() {
  const query = useQuery(consents);
  const queries = useQueryClient();
  const [revoking, setRevoking] = useState<Row | null>(null);
  const revoke = useAction(
    ({ client_id }: Row) =>
      take(gateway.DELETE("/api/v1/session/consents/{client_id}", { params: { path: { client_id } } })),
    async (_, { name }) => {
      setRevoking(null);
      await queries.invalidateQueries(consents);
      toast(`${name} has no access any more`);
    },
  );
  return (
    <Panel title="Connected apps" description="Apps that you have let sign in with your account." padding="flush">
      <QueryView query={query} what="connected apps">
        {({ consents: rows }) =>
          rows.length === 0 ? (
            <Empty icon={Blocks} title="No apps are connected">
              <p>When another app asks to use your account and you allow it, it stands here.</p>
            </Empty>
          ) : (
            <DataTable
              caption="Connected apps"
              columns={COLUMNS}
              rows={rows}
              rowKey={({ client_id }) => client_id}
              actions={(row) => (
                <Button size="small" kind="plain" aria-label={`Disconnect ${row.name}`} onClick={() => setRevoking(row)}>
                  Disconnect
                </Button>
              )}
            />
          )
        }
      </QueryView>
      <ConfirmDialog
        open={revoking !== null}
        title={`Disconnect ${revoking?.name ?? ""}?`}
        verb="Disconnect"
        busy={revoke.isPending}
        error={failureOf(revoke)}
        onConfirm={() => revoking !== null && revoke.mutate(revoking)}
        onClose={() => setRevoking(null)}
      >
        Its access ends at once. It can ask again.
      </ConfirmDialog>
    </Panel>
  );
}
