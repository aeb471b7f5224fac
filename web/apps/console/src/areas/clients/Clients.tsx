import { Button, type Column, DataTable, Page, Panel, SecretDialog, StatusBadge, Tag, Time } from "@nexus/ui";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useAllowed } from "../../data/me";
import { More } from "../../data/More";
import { QueryView } from "../../data/QueryView";
import { allClients, type Client } from "./clients";
import { CreateClientDialog } from "./CreateClientDialog";

const COLUMNS: readonly [Column<Client>, ...Column<Client>[]] = [
  {
    header: "Name",
    cell: ({ id, name, client_id, first_party }) => (
      <Link to="/clients/$id" params={{ id }} className="group block">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="group-hover:underline">{name}</span>
          {first_party && <Tag>Part of Nexus</Tag>}
        </span>
        <span className="block font-mono text-sm font-normal text-text-soft wrap-anywhere">{client_id}</span>
      </Link>
    ),
  },
  { header: "Kind", cell: ({ kind }) => (kind === "public" ? "Public" : "Confidential") },
  {
    header: "State",
    cell: ({ disabled }) => (disabled ? <StatusBadge status="off">Switched off</StatusBadge> : <StatusBadge status="normal">In use</StatusBadge>),
  },
  { header: "Registered", cell: ({ created_at }) => <Time at={created_at} as="day" /> },
];

/** Programs that people sign in to with their account here. */
export function Clients() {
  const query = useInfiniteQuery(allClients);
  const queries = useQueryClient();
  const mayWrite = useAllowed("clients:write");
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<{ client_id: string; client_secret: string } | null>(null);
  return (
    <Page
      title="OAuth clients"
      description="Programs that people sign in to with their account here, and programs that act by themselves."
      actions={
        mayWrite ? (
          <Button kind="strong" onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-4" />
            Register a client
          </Button>
        ) : undefined
      }
    >
      <Panel title="Clients" padding="flush">
        <QueryView query={query} what="clients">
          {({ pages }) => (
            <DataTable caption="OAuth clients" columns={COLUMNS} rows={pages.flatMap(({ clients }) => clients)} rowKey={({ id }) => id} />
          )}
        </QueryView>
        <More query={query} label="More clients" />
      </Panel>
      {creating && (
        <CreateClientDialog
          onClose={() => setCreating(false)}
          onDone={async ({ client_id, client_secret }) => {
            setCreating(false);
            setMade(client_secret ? { client_id, client_secret } : null);
            await queries.invalidateQueries({ queryKey: ["clients"] });
          }}
        />
      )}
      {made !== null && (
        <SecretDialog
          title="Keep the client’s secret"
          description="The program proves itself with it. It is not shown again; a lost one is replaced."
          values={[
            { label: "Client ID", value: made.client_id },
            { label: "Client secret", value: made.client_secret },
          ]}
          onClose={() => setMade(null)}
        />
      )}
    </Page>
  );
}
