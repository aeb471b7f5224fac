import { type GatewaySchemas, take } from "@nexus/api";
import { Button, type Column, ConfirmDialog, DataTable, Empty, Menu, Panel, Tag, Time, toast } from "@nexus/ui";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { QueryView } from "../../data/QueryView";
import { hasPasskeys } from "../../data/passkey";
import { useAction } from "../../data/useAction";
import { PasskeyNameDialog } from "./PasskeyNameDialog";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog";

type Passkey = GatewaySchemas["Passkey"];

const passkeys = queryOptions({
  queryKey: ["me", "passkeys"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/me/passkeys", { signal })),
});

const COLUMNS: readonly [Column<Passkey>, ...Column<Passkey>[]] = [
  {
    header: "Name",
    cell: ({ name, backed_up }) => (
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {name}
        <Tag>{backed_up ? "Synced" : "One device"}</Tag>
      </span>
    ),
  },
  { header: "Added", cell: ({ created_at }) => <Time at={created_at} as="day" /> },
  { header: "Last used", cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} /> : "Never") },
];

/** Signing in with the device's own lock. */
export function PasskeysPanel() {
  const query = useQuery(passkeys);
  const queries = useQueryClient();
  const [naming, setNaming] = useState<Passkey | "new" | null>(null);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const remove = useAction(
    ({ id }: Passkey) => take(gateway.DELETE("/api/v1/me/passkeys/{id}", { params: { path: { id } } })),
    async () => {
      setRemoving(null);
      await queries.invalidateQueries({ queryKey: ["me"] });
      toast("Passkey removed");
    },
  );
  return (
    <Panel
      title="Passkeys"
      description="Sign in with a fingerprint, a face or a security key: nothing to remember, and nothing that can be phished."
      padding="flush"
      actions={
        hasPasskeys() ? (
          <Button size="small" onClick={() => setNaming("new")}>
            <Plus aria-hidden className="size-4" />
            Add a passkey
          </Button>
        ) : undefined
      }
    >
      <QueryView query={query} what="passkeys">
        {({ passkeys: rows }) =>
          rows.length === 0 ? (
            <Empty icon={KeyRound} title="No passkeys yet" />
          ) : (
            <DataTable
              caption="Passkeys"
              columns={COLUMNS}
              rows={rows}
              rowKey={({ id }) => id}
              actions={(row) => (
                <Menu
                  label={`Passkey ${row.name}`}
                  items={[
                    { label: "Rename", icon: Pencil, onSelect: () => setNaming(row) },
                    { label: "Remove", icon: Trash2, onSelect: () => setRemoving(row) },
                  ]}
                />
              )}
            />
          )
        }
      </QueryView>
      {naming !== null && (
        <PasskeyNameDialog
          passkey={naming === "new" ? null : naming}
          onClose={() => setNaming(null)}
          onDone={async (given) => {
            setNaming(null);
            setCodes(given);
            await queries.invalidateQueries({ queryKey: ["me"] });
            if (given.length === 0) {
              toast(naming === "new" ? "Passkey added" : "Passkey renamed");
            }
          }}
        />
      )}
      {codes.length > 0 && (
        <RecoveryCodesDialog
          codes={codes}
          onClose={() => {
            setCodes([]);
            toast("Passkey added");
          }}
        />
      )}
      <ConfirmDialog
        open={removing !== null}
        title={`Remove “${removing?.name ?? ""}”?`}
        verb="Remove passkey"
        busy={remove.isPending}
        error={failureOf(remove)}
        onConfirm={() => removing !== null && remove.mutate(removing)}
        onClose={() => setRemoving(null)}
      >
        It cannot be used to sign in here any more. Delete it from the device as well.
      </ConfirmDialog>
    </Panel>
  );
}
