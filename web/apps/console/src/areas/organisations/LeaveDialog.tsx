import { ConfirmDialog, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { failureOf } from "../../data/failure";
import { useAllowed } from "../../data/me";
import { useAction } from "../../data/useAction";
import { removeMember } from "./changeMember";
import type { Member, Organisation } from "./organisations";

interface LeaveDialogProps {
  organisation: Organisation;
  member: Member;
  /** Whether it is oneself who leaves. */
  own: boolean;
  onClose: () => void;
}

/** Ends somebody's membership. */
export function LeaveDialog({ organisation, member, own, onClose }: LeaveDialogProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const seesAll = useAllowed("organisations:read");
  const work = useAction(
    () => removeMember(organisation.id, member.user),
    async () => {
      toast(own ? `You left ${organisation.name}` : `${member.display_name} was removed`);
      onClose();
      if (own && !seesAll) {
        await navigate({ to: "/organisations" });
      }
      await queries.invalidateQueries({ queryKey: ["organisations"] });
    },
  );
  return (
    <ConfirmDialog
      open
      title={own ? `Leave ${organisation.name}?` : `Remove ${member.display_name}?`}
      verb={own ? "Leave" : "Remove"}
      busy={work.isPending}
      error={failureOf(work)}
      onConfirm={() => work.mutate()}
      onClose={onClose}
    >
      {own
        ? "You lose what its plan gives you, and need an invitation to come back. Your account stays."
        : `They leave ${organisation.name} and its teams, and lose what its plan gives them. Their account stays.`}
    </ConfirmDialog>
  );
}
