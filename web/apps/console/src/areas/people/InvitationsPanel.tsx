import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, DataTable, Panel, Time, toast } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAllowed } from "../../data/me";
import { useAction } from "../../data/useAction";
import { invitations, roleName } from "./people";

type Row = GatewaySchemas["Invitation"];

const COLUMNS: readonly [Column<Row>, ...Column<Row>[]] = [
  {
    header: "Invited",
    cell: ({ display_name, email }) => (
      <>
        {display_name}
        <span className="block text-sm font-normal text-text-soft wrap-anywhere">{email}</span>
      </>
    ),
  },
  { header: "Role", cell: ({ role }) => roleName(role) },
  { header: "Sent", cell: ({ created_at }) => <Time at={created_at} /> },
  { header: "Good until", cell: ({ expires_at }) => <Time at={expires_at} as="day" /> },
];

/** Who has not answered yet; not there when that is nobody. */
export function InvitationsPanel() {
  const queries = useQueryClient();
  const { data } = useQuery(invitations);
  const mayWrite = useAllowed("people:write");
  const withdraw = useAction(
    ({ id }: Row) =>
      take(gateway.DELETE("/api/v1/people/invitations/{invitation}", { params: { path: { invitation: id } } })),
    async () => {
      await queries.invalidateQueries(invitations);
      toast("Invitation withdrawn", "Its link does not work any more.");
    },
  );
  if (data === undefined || data.invitations.length === 0) {
    return null;
  }
  const failure = failureOf(withdraw);
  return (
    <Panel title="Open invitations" description={failure} padding="flush">
      <DataTable
        caption="Open invitations"
        columns={COLUMNS}
        rows={data.invitations}
        rowKey={({ id }) => id}
        {...(mayWrite
          ? {
              actions: (row: Row) => (
                <Button size="small" kind="plain" aria-label={`Withdraw the invitation of ${row.email}`} onClick={() => withdraw.mutate(row)}>
                  Withdraw
                </Button>
              ),
            }
          : {})}
      />
    </Panel>
  );
}
