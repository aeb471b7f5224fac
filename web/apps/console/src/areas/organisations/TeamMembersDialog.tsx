import { take } from "@nexus/api";
import { Button, Checkbox, Dialog, FormError } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { type Member, type Team, teamsOf } from "./organisations";

interface TeamMembersDialogProps {
  organisation: string;
  team: Team;
  /** Everybody who could belong to it. */
  members: readonly Member[];
  onClose: () => void;
}

/** Who belongs to a team. */
export function TeamMembersDialog({ organisation, team, members, onClose }: TeamMembersDialogProps) {
  const queries = useQueryClient();
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set(team.members));
  const save = useAction(
    async () => {
      const changed = members.filter(({ user }) => chosen.has(user) !== team.members.includes(user));
      await Promise.all(changed.map(({ user }) => setInTeam(organisation, team.id, user, chosen.has(user))));
    },
    async () => {
      onClose();
      await queries.invalidateQueries(teamsOf(organisation));
    },
  );
  const failure = failureOf(save);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Members of ${team.name}`}
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
      <div>
        {members.map(({ user, display_name, email }) => (
          <Checkbox
            key={user}
            label={display_name}
            detail={email}
            checked={chosen.has(user)}
            onChange={(belongs) => choose(new Set(belongs ? [...chosen, user] : [...chosen].filter((id) => id !== user)))}
          />
        ))}
      </div>
    </Dialog>
  );
}

async function setInTeam(organisation: string, team: string, user: string, belongs: boolean): Promise<void> {
  const params = { path: { organisation, team, user } };
  await take(
    belongs
      ? gateway.PUT("/api/v1/organisations/{organisation}/teams/{team}/members/{user}", { params })
      : gateway.DELETE("/api/v1/organisations/{organisation}/teams/{team}/members/{user}", { params }),
  );
}
