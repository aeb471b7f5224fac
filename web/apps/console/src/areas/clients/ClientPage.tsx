import { take } from "@nexus/api";
import { Button, ConfirmDialog, CopyField, Facts, Page, Panel, SecretDialog, StatusBadge, Tag, Time, toast } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAllowed } from "../../data/me";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";
import { type Client, GRANTS, oneClient } from "./clients";
import { EditClientDialog } from "./EditClientDialog";

/** One client. */
export function ClientPage() {
  const { id } = useParams({ from: "/signed-in/clients/$id" });
  const query = useQuery(oneClient(id));
  return (
    <Page title={query.data?.client.name ?? "Client"}>
      <QueryView query={query} what="the client">{({ client, etag }) => <Details client={client} etag={etag} />}</QueryView>
    </Page>
  );
}

function Details({ client, etag }: { client: Client; etag: string }) {
  const mayWrite = useAllowed("clients:write") && !client.first_party;
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState<"secret" | "delete" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Panel
        title="Registration"
        description={client.first_party ? "It belongs to the platform and cannot be changed." : undefined}
        actions={
          mayWrite ? (
            <>
              <Button size="small" onClick={() => setEditing(true)}>Edit</Button>
              {client.kind === "confidential" && <Button size="small" onClick={() => setAsking("secret")}>New secret</Button>}
              <Button size="small" onClick={() => setAsking("delete")}>Delete</Button>
            </>
          ) : undefined
        }
      >
        <div className="space-y-6">
          <CopyField label="Client ID" value={client.client_id} />
          <Facts
            facts={[
              ["State", client.disabled ? <StatusBadge key="off" status="off">Switched off</StatusBadge> : <StatusBadge key="on" status="normal">In use</StatusBadge>],
              ["Kind", client.kind === "public" ? "Public, without a secret" : `Confidential, secret ends in …${client.secret_hint ?? ""}`],
              ["Gets in by", client.grant_types.map((grant) => GRANTS.find(({ value }) => value === grant)?.label ?? grant).join(", ")],
              ["Redirects to", <Addresses key="redirects" all={client.redirect_uris ?? []} />],
              ["After sign-out", <Addresses key="logout" all={client.post_logout_redirect_uris ?? []} />],
              ["May at most", <span key="scopes" className="flex flex-wrap gap-2">{client.scopes.map((scope) => <Tag key={scope} mono>{scope}</Tag>)}</span>],
              ["Registered", <Time key="at" at={client.created_at} as="day" />],
            ]}
          />
        </div>
      </Panel>
      <CopyFieldPanel />
      {editing && <EditClientDialog client={client} etag={etag} onClose={() => setEditing(false)} />}
      {asking !== null && <Ask client={client} what={asking} onClose={() => setAsking(null)} onSecret={setSecret} />}
      {secret !== null && (
        <SecretDialog
          title="Keep the new secret"
          description="The one before does not work any more. This one is not shown again."
          values={[{ label: "Client secret", value: secret }]}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

function Addresses({ all }: { all: readonly string[] }) {
  return all.length === 0 ? <>–</> : <ul>{all.map((uri) => <li key={uri} className="font-mono text-sm wrap-anywhere">{uri}</li>)}</ul>;
}

/** What the program's developers need besides. */
function CopyFieldPanel() {
  return (
    <Panel title="For its developers" description="Everything else follows from this address.">
      <CopyField label="Issuer" value={window.location.origin} hint="Discovery: /.well-known/openid-configuration" />
    </Panel>
  );
}

interface AskProps {
  client: Client;
  what: "secret" | "delete";
  onClose: () => void;
  onSecret: (secret: string) => void;
}

function Ask({ client, what, onClose, onSecret }: AskProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const path = { id: client.id };
  const work = useAction(
    async () => {
      if (what === "secret") {
        const { client_secret } = await take(gateway.POST("/api/v1/clients/{id}/secret", { params: { path } }));
        return client_secret ?? null;
      }
      await take(gateway.DELETE("/api/v1/clients/{id}", { params: { path } }));
      return null;
    },
    async (secret) => {
      onClose();
      if (secret !== null) {
        onSecret(secret);
      }
      if (what === "delete") {
        toast("Client deleted");
        await navigate({ to: "/clients" });
      }
      await queries.invalidateQueries({ queryKey: ["clients"] });
    },
  );
  return (
    <ConfirmDialog
      open
      title={what === "secret" ? "Replace the secret?" : `Delete ${client.name}?`}
      verb={what === "secret" ? "Replace secret" : "Delete client"}
      busy={work.isPending}
      error={failureOf(work)}
      onConfirm={() => work.mutate()}
      onClose={onClose}
    >
      {what === "secret"
        ? "The program cannot get tokens with the old secret from now on."
        : "Nobody can sign in to it with an account here any more, and its tokens end."}
    </ConfirmDialog>
  );
}
