import { type GatewaySchemas, take } from "@nexus/api";
import { Button, Dialog, Field, FormError } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { makePasskey } from "../../data/passkey";
import { useAction } from "../../data/useAction";

interface PasskeyNameDialogProps {
  /** The one to rename; null for a new one. */
  passkey: GatewaySchemas["Passkey"] | null;
  onClose: () => void;
  /** With recovery codes, when the new passkey is the first second factor. */
  onDone: (codes: readonly string[]) => unknown;
}

/** A passkey's name, and for a new one the ceremony. */
export function PasskeyNameDialog({ passkey, onClose, onDone }: PasskeyNameDialogProps) {
  const [name, setName] = useState(passkey?.name ?? "");
  const save = useAction(
    () => (passkey === null ? create(name.trim()) : rename(passkey.id, name.trim())),
    onDone,
  );
  const failure = failureOf(save);
  return (
    <Dialog
      open
      onClose={onClose}
      title={passkey === null ? "Add a passkey" : "Rename passkey"}
      description={passkey === null ? "Give it a name, then follow what your browser says." : undefined}
      onSubmit={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={save.isPending} disabled={name.trim() === ""}>
            {passkey === null ? "Go on" : "Rename"}
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Field
        label="Name"
        hint="Such as the device it is on: “Studio laptop”."
        required
        maxLength={120}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
    </Dialog>
  );
}

async function create(name: string): Promise<readonly string[]> {
  const asked = await take(gateway.POST("/api/v1/me/passkeys/start"));
  const credential = await makePasskey(asked);
  const body = { ceremony: asked.ceremony, name, credential };
  const { recovery_codes } = await take(gateway.POST("/api/v1/me/passkeys/finish", { body }));
  return recovery_codes;
}

async function rename(id: string, name: string): Promise<readonly string[]> {
  await take(gateway.PATCH("/api/v1/me/passkeys/{id}", { params: { path: { id } }, body: { name } }));
  return [];
}
