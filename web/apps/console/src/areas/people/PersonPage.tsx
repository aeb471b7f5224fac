import { take } from "@nexus/api";
import { Button, ConfirmDialog, Facts, Page, Panel, Time, toast } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAllowed } from "../../data/me";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";
import { changePerson } from "./changePerson";
import { EditPersonDialog } from "./EditPersonDialog";
import { onePerson, type Person, roleName } from "./people";
import { PersonSessions } from "./PersonSessions";
import { PersonStatus } from "./PersonStatus";

/** One person, as administrators see them. */
export function PersonPage() {
  const { id } = useParams({ from: "/signed-in/people/$id" });
  const query = useQuery(onePerson(id));
  return (
    <Page title={query.data?.display_name ?? "Person"} description={query.data?.email}>
      <QueryView query={query} what="the person">{(person) => <Details person={person} />}</QueryView>
    </Page>
  );
}

function Details({ person }: { person: Person }) {
  const mayWrite = useAllowed("people:write");
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState<"disable" | "delete" | null>(null);
  return (
    <>
      <Panel
        title="Profile"
        actions={
          mayWrite ? (
            <>
              <Button size="small" onClick={() => setEditing(true)}>Edit</Button>
              {person.status === "active" ? (
                <Button size="small" onClick={() => setAsking("disable")}>Disable</Button>
              ) : (
                <Enable person={person} />
              )}
              {person.status !== "leaving" && <Button size="small" onClick={() => setAsking("delete")}>Delete</Button>}
            </>
          ) : undefined
        }
      >
        <Facts
          facts={[
            ["Name", person.display_name],
            ["E-mail", person.email],
            ["Role", roleName(person.role)],
            ["Status", <PersonStatus key="status" status={person.status} />],
            ...(person.erased_at ? [["Erased", <Time key="erased" at={person.erased_at} as="day" />] as const] : []),
            ["Account made", <Time key="made" at={person.created_at} as="day" />],
            ["Last seen", person.last_seen_at ? <Time key="seen" at={person.last_seen_at} /> : "Never"],
          ]}
        />
      </Panel>
      <PersonSessions id={person.id} mayEnd={mayWrite} />
      {editing && <EditPersonDialog person={person} onClose={() => setEditing(false)} />}
      {asking !== null && <Leave person={person} how={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function Enable({ person }: { person: Person }) {
  const queries = useQueryClient();
  const enable = useAction(
    () => changePerson(person, { disabled: false }),
    async () => {
      await queries.invalidateQueries({ queryKey: ["people"] });
      toast("Account enabled");
    },
  );
  return <Button size="small" busy={enable.isPending} onClick={() => enable.mutate()}>Enable</Button>;
}

function Leave({ person, how, onClose }: { person: Person; how: "disable" | "delete"; onClose: () => void }) {
  const queries = useQueryClient();
  const work = useAction(
    async () => {
      if (how === "disable") {
        await changePerson(person, { disabled: true });
      } else {
        await take(
          gateway.DELETE("/api/v1/people/{id}", {
            params: { path: { id: person.id }, header: { "if-match": `"${person.revision}"` } },
          }),
        );
      }
    },
    async () => {
      await queries.invalidateQueries({ queryKey: ["people"] });
      toast(how === "disable" ? "Account disabled" : "Account closed", how === "disable" ? undefined : "It is erased after 30 days.");
      onClose();
    },
  );
  return (
    <ConfirmDialog
      open
      title={how === "disable" ? `Disable ${person.display_name}?` : `Delete ${person.display_name}?`}
      verb={how === "disable" ? "Disable account" : "Delete account"}
      busy={work.isPending}
      error={failureOf(work)}
      onConfirm={() => work.mutate()}
      onClose={onClose}
    >
      {how === "disable"
        ? "They are signed out everywhere and cannot sign in until the account is enabled again. Nothing is deleted."
        : "They are signed out everywhere now, and everything about them is erased after 30 days; until then the account can be enabled again. What they did stays in the audit log under a number."}
    </ConfirmDialog>
  );
}
