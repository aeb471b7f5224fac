import { ApiError, take } from "@nexus/api";
import { Button, Dialog, Field, FormError, Select, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf, sentence } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { invitations, ROLES, type Role } from "./people";

/** Sends somebody a mail with a link to an account of their own. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const invite = useAction(
    () => take(gateway.POST("/api/v1/people/invitations", { body: { email, display_name: name, role } })),
    async () => {
      await queries.invalidateQueries(invitations);
      toast("Invitation sent", `${email} has a week to accept it.`);
      onClose();
    },
  );
  const wrong = (field: string): string | undefined => {
    const fault = invite.error instanceof ApiError ? invite.error.field(field) : undefined;
    return fault === undefined ? undefined : sentence(fault);
  };
  const failure = wrong("email") ?? wrong("display_name") ? undefined : failureOf(invite);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Invite somebody"
      description="They get a mail with a link, choose a password and are in."
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
      <Field label="E-mail" type="email" autoComplete="off" required error={wrong("email")} value={email} onChange={({ target }) => setEmail(target.value)} />
      <Field label="Name" autoComplete="off" required error={wrong("display_name")} value={name} onChange={({ target }) => setName(target.value)} />
      <Select label="Role" options={ROLES} value={role} onChange={setRole} />
    </Dialog>
  );
}
