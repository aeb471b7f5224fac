import { ConfirmDialog, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { setRole } from "./changeMember";
import type { Member, Organisation } from "./organisations";

interface HandOverDialogProps {
  organisation: Organisation;
  member: Member;
  /** Whoever is owner so far. */
  own: string;
  onClose: () => void;
}

/** Makes somebody else the owner and oneself an admin; should it fail in between, both are owners. */
export function HandOverDialog({ organisation, member, own, onClose }: HandOverDialogProps) {
  const queries = useQueryClient();
  const work = useAction(
    async () => {
      await setRole(organisation.id, member.user, "owner");
      await setRole(organisation.id, own, "admin");
    },
    async () => {
      toast("Ownership handed over", `${member.display_name} is the owner now, and you are an admin.`);
      onClose();
      await queries.invalidateQueries({ queryKey: ["organisations"] });
    },
  );
  return (
    <ConfirmDialog
      open
      title={`Make ${member.display_name} the owner?`}
      verb="Hand over"
      busy={work.isPending}
      error={failureOf(work)}
      onConfirm={() => work.mutate()}
      onClose={onClose}
    >
      You become an admin of {organisation.name}. You cannot take this back yourself: an owner, or an administrator of the platform, can make you one again.
    </ConfirmDialog>
  );
}
