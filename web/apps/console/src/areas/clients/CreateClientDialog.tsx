import { type GatewaySchemas, take } from "@nexus/api";
import { Button, Dialog, FormError, Select, toast } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { ClientFields, tidied } from "./ClientFields";
import type { Client, ClientSpec } from "./clients";

const KINDS = [
  { value: "confidential", label: "Confidential", detail: "Runs on a server and keeps a secret" },
  { value: "public", label: "Public", detail: "Runs in a browser or on somebody’s machine; has no secret" },
] as const;

interface CreateClientDialogProps {
  onClose: () => void;
  onDone: (made: GatewaySchemas["ClientWithSecret"]) => unknown;
}

/** Registers a program. */
export function CreateClientDialog({ onClose, onDone }: CreateClientDialogProps) {
  const [kind, setKind] = useState<Client["kind"]>("confidential");
  const [spec, setSpec] = useState<ClientSpec>({
    name: "",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [],
    post_logout_redirect_uris: [],
    scopes: ["openid", "profile", "email"],
  });
  const create = useAction(
    () => take(gateway.POST("/api/v1/clients", { body: { kind, client: tidied(spec) } })),
    (made) => {
      toast("Client registered");
      return onDone(made);
    },
  );
  const failure = failureOf(create);
  return (
    <Dialog
      open
      onClose={onClose}
      size="wide"
      title="Register a client"
      onSubmit={() => create.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={create.isPending}>
            Register
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Select
        label="Kind"
        options={KINDS}
        value={kind}
        onChange={(next) => {
          setKind(next);
          setSpec({ ...spec, grant_types: spec.grant_types.filter((grant) => next !== "public" || grant !== "client_credentials") });
        }}
      />
      <ClientFields spec={spec} onChange={setSpec} isPublic={kind === "public"} error={create.error} />
    </Dialog>
  );
}
