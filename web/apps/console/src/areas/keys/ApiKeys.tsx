import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, DataTable, Empty, Menu, Page, Panel, SecretDialog, StatusBadge, Tag, Time, useNow } from "@nexus/ui";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, KeyRound, Pencil, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { QueryView } from "../../data/QueryView";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { RenameKeyDialog } from "./RenameKeyDialog";
import { RevokeKeyDialog } from "./RevokeKeyDialog";
import { RotateKeyDialog } from "./RotateKeyDialog";

export type ApiKey = GatewaySchemas["ApiKey"];

export const ownKeys = queryOptions({
  queryKey: ["me", "api-keys"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/api-keys", { signal })),
});

const COLUMNS: readonly [Column<ApiKey>, ...Column<ApiKey>[]] = [
  {
    header: "Name",
    cell: ({ name, hint }) => (
      <>
        {name}
        <span className="block font-mono text-sm font-normal text-text-soft">{hint}…</span>
      </>
    ),
  },
  {
    header: "May",
    cell: ({ scopes }) => (
      <span className="flex flex-wrap gap-1.5">
        {scopes.map((scope) => (
          <Tag key={scope} mono>
            {scope}
          </Tag>
        ))}
      </span>
    ),
  },
  { header: "State", cell: (key) => <KeyState apiKey={key} /> },
  { header: "Last used", cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} /> : "Never") },
  { header: "Made", cell: ({ created_at }) => <Time at={created_at} as="day" />, wideOnly: true },
];

/** How often it is looked whether a key has expired. */
const REFRESH_MS = 30_000;

type Asked = { what: "create" } | { what: "rename" | "rotate" | "revoke"; key: ApiKey };

/** One's own API keys: programs sign in with them in one's name. */
export function ApiKeys() {
  const query = useQuery(ownKeys);
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const close = (): void => setAsked(null);
  const done = async (made?: string): Promise<void> => {
    close();
    setSecret(made ?? null);
    await queries.invalidateQueries(ownKeys);
  };
  const create = (
    <Button kind="strong" onClick={() => setAsked({ what: "create" })}>
      <Plus aria-hidden className="size-4" />
      Create a key
    </Button>
  );
  return (
    <Page title="API keys" description="Programs sign in with a key and act in your name, within what you give the key." actions={create}>
      <Panel title="Your keys" padding="flush">
        <QueryView query={query} what="API keys">
          {({ api_keys }) =>
            api_keys.length === 0 ? (
              <Empty icon={KeyRound} title="No keys yet">
                <p>A script, a lights controller, a monitoring system: give each its own key, so that each can be taken back alone.</p>
              </Empty>
            ) : (
              <DataTable
                caption="Your API keys"
                columns={COLUMNS}
                rows={api_keys}
                rowKey={({ id }) => id}
                actions={(key) =>
                  key.revoked_at ? null : (
                    <Menu
                      label={`Key ${key.name}`}
                      items={[
                        { label: "Rename", icon: Pencil, onSelect: () => setAsked({ what: "rename", key }) },
                        { label: "Replace secret", icon: RefreshCw, onSelect: () => setAsked({ what: "rotate", key }) },
                        { label: "Revoke", icon: Ban, onSelect: () => setAsked({ what: "revoke", key }) },
                      ]}
                    />
                  )
                }
              />
            )
          }
        </QueryView>
      </Panel>
      {asked?.what === "create" && <CreateKeyDialog onClose={close} onDone={done} />}
      {asked?.what === "rename" && <RenameKeyDialog apiKey={asked.key} onClose={close} onDone={done} />}
      {asked?.what === "rotate" && <RotateKeyDialog apiKey={asked.key} onClose={close} onDone={done} />}
      {asked?.what === "revoke" && <RevokeKeyDialog apiKey={asked.key} onClose={close} onDone={done} />}
      {secret !== null && (
        <SecretDialog
          title="Keep the key"
          description="It is not shown again. Programs send it with each request, in the header “authorization: Bearer …”."
          values={[{ label: "API key", value: secret }]}
          onClose={() => setSecret(null)}
        />
      )}
    </Page>
  );
}

function KeyState({ apiKey: { revoked_at, expires_at, previous_until } }: { apiKey: ApiKey }) {
  const now = useNow(REFRESH_MS);
  if (revoked_at) {
    return <StatusBadge status="off">Revoked</StatusBadge>;
  }
  if (expires_at && Date.parse(expires_at) <= now) {
    return <StatusBadge status="off">Expired</StatusBadge>;
  }
  if (previous_until && Date.parse(previous_until) > now) {
    return <StatusBadge status="caution">Two secrets work</StatusBadge>;
  }
  return (
    <span>
      <StatusBadge status="normal">Works</StatusBadge>
      {expires_at && (
        <span className="block text-sm text-text-faint">
          until <Time at={expires_at} as="day" />
        </span>
      )}
    </span>
  );
}
