import { take } from "@nexus/api";
import { Button, Checkbox, Dialog, FormError, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { ClientFields, tidied } from "./ClientFields";
import type { Client, ClientSpec } from "./clients";

/** What of a client can be changed. */
export function EditClientDialog({ client, etag, onClose }: { client: Client; etag: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [spec, setSpec] = useState<ClientSpec>(() => specOf(client));
  const save = useAction(
    () =>
      take(
        gateway.PUT("/api/v1/clients/{id}", {
          params: { path: { id: client.id }, header: { "if-match": etag } },
          body: tidied(spec),
        }),
      ),
    async () => {
      await queries.invalidateQueries({ queryKey: ["clients"] });
      toast("Saved");
      onClose();
    },
  );
  const failure = failureOf(save);
  return (
    <Dialog
      open
      onClose={onClose}
      size="wide"
      title={`Edit ${client.name}`}
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
      <ClientFields spec={spec} onChange={setSpec} isPublic={client.kind === "public"} error={save.error} />
      <Checkbox
        label="Switched off"
        detail="Nobody can sign in to it, and it gets no tokens."
        checked={spec.disabled ?? false}
        onChange={(disabled) => setSpec({ ...spec, disabled })}
      />
    </Dialog>
  );
}

function specOf({ name, grant_types, redirect_uris, post_logout_redirect_uris, scopes, id_token_signed_response_alg, disabled }: Client): ClientSpec {
  return {
    name,
    grant_types,
    scopes,
    redirect_uris: redirect_uris ?? [],
    post_logout_redirect_uris: post_logout_redirect_uris ?? [],
    ...(id_token_signed_response_alg === undefined ? {} : { id_token_signed_response_alg }),
    ...(disabled === undefined ? {} : { disabled }),
  };
}
