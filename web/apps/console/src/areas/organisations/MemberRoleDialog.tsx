import { Button, Dialog, FormError, Select, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { setRole } from "./changeMember";
import type { Member, Organisation } from "./organisations";
import { assignable, type Role } from "./roles";

interface MemberRoleDialogProps {
  organisation: Organisation;
  member: Member;
  standing: Role;
  onClose: () => void;
}

/** What a member may do from now on. */
export function MemberRoleDialog({ organisation, member, standing, onClose }: MemberRoleDialogProps) {
  const queries = useQueryClient();
  const [role, choose] = useState(member.role);
  const save = useAction(
    () => setRole(organisation.id, member.user, role),
    async () => {
      toast("Role changed");
      onClose();
      await queries.invalidateQueries({ queryKey: ["organisations"] });
    },
  );
  const failure = failureOf(save);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Role of ${member.display_name}`}
      onSubmit={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Select label="Role" options={assignable(standing)} value={role} onChange={choose} />
    </Dialog>
  );
}
