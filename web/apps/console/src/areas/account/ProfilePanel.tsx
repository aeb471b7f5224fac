import { ApiError, type GatewaySchemas, take } from "@nexus/api";
import { Button, Dialog, Facts, Field, FormError, Panel, Tag, toast } from "@nexus/ui";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf, sentence } from "../../data/failure";
import { useMe } from "../../data/me";
import { QueryView } from "../../data/QueryView";
import { useAction } from "../../data/useAction";
import { roleName } from "../people/people";
import { ChangeEmailDialog } from "./ChangeEmailDialog";

type Account = GatewaySchemas["Person"];

const account = queryOptions({
  queryKey: ["me", "account"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/me", { signal })),
});

const entitlements = queryOptions({
  queryKey: ["me", "entitlements"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/me/entitlements", { signal })),
});

/** Who one is here, and what one may do. */
export function ProfilePanel() {
  const query = useQuery(account);
  const plan = useQuery(entitlements).data?.plan;
  const { scopes } = useMe();
  const [editing, setEditing] = useState<"name" | "email" | null>(null);
  return (
    <Panel
      title="Profile"
      actions={
        query.data === undefined ? undefined : (
          <>
            <Button size="small" onClick={() => setEditing("name")}>Edit</Button>
            <Button size="small" onClick={() => setEditing("email")}>Change e-mail</Button>
          </>
        )
      }
    >
      <QueryView query={query} what="your account">
        {({ display_name, email, role }) => (
          <Facts
            facts={[
              ["Name", display_name],
              ["E-mail", email],
              ["Role", roleName(role)],
              ["Plan", plan ?? "–"],
              [
                "Allowed",
                <span key="scopes" className="flex flex-wrap gap-2">
                  {scopes.map((scope) => (
                    <Tag key={scope} mono>
                      {scope}
                    </Tag>
                  ))}
                </span>,
              ],
            ]}
          />
        )}
      </QueryView>
      {editing === "name" && query.data !== undefined && <EditName account={query.data} onClose={() => setEditing(null)} />}
      {editing === "email" && <ChangeEmailDialog onClose={() => setEditing(null)} />}
    </Panel>
  );
}

function EditName({ account: { display_name, revision }, onClose }: { account: Account; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(display_name);
  const save = useAction(
    () =>
      take(
        gateway.PATCH("/api/v1/me", {
          params: { header: { "if-match": `"${revision}"` } },
          body: { display_name: name },
        }),
      ),
    async () => {
      await queries.invalidateQueries({ queryKey: ["me"] });
      toast("Saved");
      onClose();
    },
  );
  const fault = save.error instanceof ApiError ? save.error.field("display_name") : undefined;
  const failure = fault === undefined ? failureOf(save) : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Edit profile"
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
      <Field
        label="Name"
        hint="Shown to others."
        autoComplete="name"
        required
        error={fault === undefined ? undefined : sentence(fault)}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
    </Dialog>
  );
}
