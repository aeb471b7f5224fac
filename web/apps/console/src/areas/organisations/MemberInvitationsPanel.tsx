import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, DataTable, Empty, Panel, Time, toast } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { MailPlus, UserPlus } from "lucide-react";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";
import { InviteMemberDialog } from "./InviteMemberDialog";
import { invitationsOf, type Organisation } from "./organisations";
import { type Role, roleName } from "./roles";

type Row = GatewaySchemas["MemberInvitation"];

const COLUMNS: readonly [Column<Row>, ...Column<Row>[]] = [
  { header: "Invited", cell: ({ email }) => <span className="wrap-anywhere">{email}</span> },
  { header: "As", cell: ({ role }) => roleName(role) },
  { header: "Sent", cell: ({ created_at }) => <Time at={created_at} /> },
  { header: "Good until", cell: ({ expires_at }) => <Time at={expires_at} as="day" /> },
];

/** Who was asked to join and has not answered. */
export function MemberInvitationsPanel({ organisation, standing }: { organisation: Organisation; standing: Role }) {
  const query = useQuery(invitationsOf(organisation.id));
  const queries = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const withdraw = useAction(
    ({ id: invitation }: Row) =>
      take(
        gateway.DELETE("/api/v1/organisations/{organisation}/invitations/{invitation}", {
          params: { path: { organisation: organisation.id, invitation } },
        }),
      ),
    async () => {
      await queries.invalidateQueries(invitationsOf(organisation.id));
      toast("Invitation withdrawn", "Its link does not work any more.");
    },
  );
  return (
    <Panel
      title="Invitations"
      description={failureOf(withdraw)}
      padding="flush"
      actions={
        <Button onClick={() => setInviting(true)}>
          <UserPlus aria-hidden className="size-4" />
          Invite
        </Button>
      }
    >
      <QueryView query={query} what="invitations">
        {({ invitations }) =>
          invitations.length === 0 ? (
            <Empty icon={MailPlus} title="No open invitations" />
          ) : (
            <DataTable
              caption="Invitations"
              columns={COLUMNS}
              rows={invitations}
              rowKey={({ id }) => id}
              actions={(row) => (
                <Button size="small" kind="plain" aria-label={`Withdraw the invitation of ${row.email}`} onClick={() => withdraw.mutate(row)}>
                  Withdraw
                </Button>
              )}
            />
          )
        }
      </QueryView>
      {inviting && <InviteMemberDialog organisation={organisation} standing={standing} onClose={() => setInviting(false)} />}
    </Panel>
  );
}
