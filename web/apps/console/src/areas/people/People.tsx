import { Button, type Column, DataTable, Empty, Page, Panel, SearchField, Time } from "@nexus/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { UserPlus, Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useAllowed } from "../../data/me";
import { More } from "../../data/More";
import { QueryView } from "../../data/QueryView";
import { InvitationsPanel } from "./InvitationsPanel";
import { InviteDialog } from "./InviteDialog";
import { peopleLike, type Person, roleName } from "./people";
import { PersonStatus } from "./PersonStatus";

const COLUMNS: readonly [Column<Person>, ...Column<Person>[]] = [
  {
    header: "Name",
    cell: ({ id, display_name, email }) => (
      <Link to="/people/$id" params={{ id }} className="group block rounded-control">
        <span className="group-hover:underline">{display_name}</span>
        <span className="block text-sm font-normal text-text-soft wrap-anywhere">{email}</span>
      </Link>
    ),
  },
  { header: "Role", cell: ({ role }) => roleName(role) },
  { header: "Status", cell: ({ status }) => <PersonStatus status={status} /> },
  { header: "Last seen", cell: ({ last_seen_at }) => (last_seen_at ? <Time at={last_seen_at} /> : "Never") },
];

/** Everybody with an account, and who is invited. */
export function People() {
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const [inviting, setInviting] = useState(false);
  const mayWrite = useAllowed("people:write");
  const query = useInfiniteQuery(peopleLike(wanted));
  return (
    <Page
      title="People"
      description="Everybody who may sign in here, and what they may do."
      actions={
        mayWrite ? (
          <Button kind="strong" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden className="size-4" />
            Invite
          </Button>
        ) : undefined
      }
    >
      <InvitationsPanel />
      <Panel
        title="Accounts"
        padding="flush"
        actions={
          <SearchField label="Search by name or e-mail" className="w-72 max-w-full max-sm:w-full" value={typed} onChange={({ target }) => setTyped(target.value)} />
        }
      >
        <QueryView query={query} what="people">
          {({ pages }) => {
            const rows = pages.flatMap(({ people }) => people);
            return rows.length === 0 ? (
              <Empty icon={Users} title={`Nobody is called “${wanted}”`} />
            ) : (
              <DataTable caption="Accounts" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />
            );
          }}
        </QueryView>
        <More query={query} label="More people" />
      </Panel>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}
