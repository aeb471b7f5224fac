import { take } from "@nexus/api";
import { Button, type Column, ConfirmDialog, DataTable, Empty, Menu, Panel, toast } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { PencilLine, Plus, Trash2, UsersRound } from "lucide-react";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";
import { NameDialog } from "./NameDialog";
import { membersOf, type Organisation, type Team, teamsOf } from "./organisations";
import { TeamMembersDialog } from "./TeamMembersDialog";

type Doing = { what: "create" } | { what: "rename" | "members" | "delete"; team: Team };

/** Groups of members with a name. */
export function TeamsPanel({ organisation, manages }: { organisation: Organisation; manages: boolean }) {
  const query = useQuery(teamsOf(organisation.id));
  const members = useQuery(membersOf(organisation.id)).data?.members ?? [];
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = (): void => setDoing(null);
  const nameOf = (user: string): string => members.find((member) => member.user === user)?.display_name ?? "Somebody";
  const columns: readonly [Column<Team>, ...Column<Team>[]] = [
    { header: "Team", cell: ({ name }) => <span className="wrap-anywhere">{name}</span> },
    { header: "Members", cell: ({ members: users }) => (users.length === 0 ? "Nobody yet" : users.map(nameOf).join(", ")) },
  ];
  return (
    <Panel
      title="Teams"
      padding="flush"
      actions={
        manages ? (
          <Button onClick={() => setDoing({ what: "create" })}>
            <Plus aria-hidden className="size-4" />
            New team
          </Button>
        ) : undefined
      }
    >
      <QueryView query={query} what="teams">
        {({ teams }) =>
          teams.length === 0 ? (
            <Empty icon={UsersRound} title="No teams">
              <p>A team is a name for some of the members, such as cameras or graphics.</p>
            </Empty>
          ) : (
            <DataTable
              caption="Teams"
              columns={columns}
              rows={teams}
              rowKey={({ id }) => id}
              {...(manages
                ? {
                    actions: (team: Team) => (
                      <Menu
                        label={`Team ${team.name}`}
                        items={[
                          { label: "Members", icon: UsersRound, onSelect: () => setDoing({ what: "members", team }) },
                          { label: "Rename", icon: PencilLine, onSelect: () => setDoing({ what: "rename", team }) },
                          { label: "Delete", icon: Trash2, onSelect: () => setDoing({ what: "delete", team }) },
                        ]}
                      />
                    ),
                  }
                : {})}
            />
          )
        }
      </QueryView>
      {doing?.what === "create" && <Name organisation={organisation.id} onClose={close} />}
      {doing?.what === "rename" && <Name organisation={organisation.id} team={doing.team} onClose={close} />}
      {doing?.what === "members" && <TeamMembersDialog organisation={organisation.id} team={doing.team} members={members} onClose={close} />}
      {doing?.what === "delete" && <Delete organisation={organisation.id} team={doing.team} onClose={close} />}
    </Panel>
  );
}

function Name({ organisation, team, onClose }: { organisation: string; team?: Team; onClose: () => void }) {
  const queries = useQueryClient();
  const save = async (name: string): Promise<void> => {
    await (team === undefined
      ? take(gateway.POST("/api/v1/organisations/{organisation}/teams", { params: { path: { organisation } }, body: { name } }))
      : take(
          gateway.PATCH("/api/v1/organisations/{organisation}/teams/{team}", {
            params: { path: { organisation, team: team.id } },
            body: { name },
          }),
        ));
    await queries.invalidateQueries(teamsOf(organisation));
  };
  return team === undefined ? (
    <NameDialog title="New team" verb="Create team" onSave={save} onClose={onClose} />
  ) : (
    <NameDialog title={`Rename ${team.name}`} verb="Rename" name={team.name} onSave={save} onClose={onClose} />
  );
}

function Delete({ organisation, team: { id, name }, onClose }: { organisation: string; team: Team; onClose: () => void }) {
  const queries = useQueryClient();
  const work = useAction(
    () => take(gateway.DELETE("/api/v1/organisations/{organisation}/teams/{team}", { params: { path: { organisation, team: id } } })),
    async () => {
      toast("Team deleted");
      onClose();
      await queries.invalidateQueries(teamsOf(organisation));
    },
  );
  return (
    <ConfirmDialog
      open
      title={`Delete ${name}?`}
      verb="Delete team"
      busy={work.isPending}
      error={failureOf(work)}
      onConfirm={() => work.mutate()}
      onClose={onClose}
    >
      Its members stay in the organisation.
    </ConfirmDialog>
  );
}
