import { take } from "@nexus/api";
import { Button, ConfirmDialog, Page, toast } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";
import { MemberInvitationsPanel } from "./MemberInvitationsPanel";
import { MembersPanel } from "./MembersPanel";
import { NameDialog } from "./NameDialog";
import { oneOrganisation, type Organisation } from "./organisations";
import { roleName } from "./roles";
import { SeatsPanel } from "./SeatsPanel";
import { TeamsPanel } from "./TeamsPanel";
import { useStanding } from "./useStanding";

/** One organisation: who belongs to it and what they may do. */
export function OrganisationPage() {
  const { id } = useParams({ from: "/signed-in/organisations/$id" });
  const query = useQuery(oneOrganisation(id));
  const { data } = query;
  return (
    <Page
      title={data?.name ?? "Organisation"}
      description={data && (data.role ? `You are ${data.role === "member" ? "a" : "an"} ${roleName(data.role).toLowerCase()} here.` : "You are not a member.")}
      actions={data && <Manage organisation={data} />}
    >
      <QueryView query={query} what="the organisation">
        {(organisation) => <Parts organisation={organisation} />}
      </QueryView>
    </Page>
  );
}

function Parts({ organisation }: { organisation: Organisation }) {
  const standing = useStanding(organisation);
  const manages = standing !== "member";
  return (
    <>
      <SeatsPanel organisation={organisation} manages={manages} />
      <MembersPanel organisation={organisation} standing={standing} />
      {manages && <MemberInvitationsPanel organisation={organisation} standing={standing} />}
      <TeamsPanel organisation={organisation} manages={manages} />
    </>
  );
}

function Manage({ organisation }: { organisation: Organisation }) {
  const standing = useStanding(organisation);
  const queries = useQueryClient();
  const [doing, setDoing] = useState<"rename" | "delete" | null>(null);
  const rename = async (name: string): Promise<void> => {
    await take(
      gateway.PATCH("/api/v1/organisations/{organisation}", {
        params: { path: { organisation: organisation.id }, header: { "if-match": `"${organisation.revision}"` } },
        body: { name },
      }),
    );
    await queries.invalidateQueries({ queryKey: ["organisations"] });
    toast("Renamed");
  };
  if (standing === "member") {
    return null;
  }
  return (
    <>
      <Button onClick={() => setDoing("rename")}>Rename</Button>
      {standing === "owner" && <Button onClick={() => setDoing("delete")}>Delete</Button>}
      {doing === "rename" && (
        <NameDialog
          title={`Rename ${organisation.name}`}
          verb="Rename"
          name={organisation.name}
          onSave={rename}
          onClose={() => setDoing(null)}
        />
      )}
      {doing === "delete" && <Delete organisation={organisation} onClose={() => setDoing(null)} />}
    </>
  );
}

function Delete({ organisation: { id, name }, onClose }: { organisation: Organisation; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const work = useAction(
    () => take(gateway.DELETE("/api/v1/organisations/{organisation}", { params: { path: { organisation: id } } })),
    async () => {
      toast("Organisation deleted");
      await navigate({ to: "/organisations" });
      await queries.invalidateQueries({ queryKey: ["organisations"] });
    },
  );
  return (
    <ConfirmDialog
      open
      title={`Delete ${name}?`}
      verb="Delete organisation"
      busy={work.isPending}
      error={failureOf(work)}
      onConfirm={() => work.mutate()}
      onClose={onClose}
    >
      Its teams and open invitations go with it. Its members keep their accounts, and lose the plan that they had from it. This cannot be undone.
    </ConfirmDialog>
  );
}
