import { ApiError, take } from "@nexus/api";
import { Button, Dialog, Field, FormError, Select, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf, sentence } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { invitationsOf, type Organisation } from "./organisations";
import { assignable, type Role } from "./roles";
import { type PlanCode, planName } from "./seats";

interface InviteMemberDialogProps {
  organisation: Organisation;
  standing: Role;
  onClose: () => void;
}

/** What a full plan means, and the way on. */
function noSeat(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== "plan-does-not-include") {
    return undefined;
  }
  const { plan, plan_that_allows: better } = error.problem as unknown as { plan: PlanCode; plan_that_allows: PlanCode | null };
  const taken = `All seats of the plan ${planName(plan)} are taken.`;
  return better === null
    ? `${taken} No plan has more: remove somebody first.`
    : `${taken} The plan ${planName(better)} has room: ask an administrator of the platform for it, or remove somebody first.`;
}

/** Asks somebody by mail to join. */
export function InviteMemberDialog({ organisation: { id, name }, standing, onClose }: InviteMemberDialogProps) {
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const invite = useAction(
    () => take(gateway.POST("/api/v1/organisations/{organisation}/invitations", { params: { path: { organisation: id } }, body: { email, role } })),
    async () => {
      await queries.invalidateQueries(invitationsOf(id));
      toast("Invitation sent", `${email} has a week to accept it.`);
      onClose();
    },
  );
  const fault = invite.error instanceof ApiError ? invite.error.field("email") : undefined;
  const failure = fault === undefined ? (noSeat(invite.error) ?? failureOf(invite)) : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Invite to ${name}`}
      description="They get a mail with a link. Who has no account yet chooses a password there."
      onSubmit={() => invite.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={invite.isPending}>
            Send invitation
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Field
        label="E-mail"
        type="email"
        autoComplete="off"
        required
        error={fault === undefined ? undefined : sentence(fault)}
        value={email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <Select label="Role" options={assignable(standing)} value={role} onChange={setRole} />
    </Dialog>
  );
}
