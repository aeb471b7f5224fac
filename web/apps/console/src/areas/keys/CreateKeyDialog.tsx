import { ApiError, take } from "@nexus/api";
import { Button, Checkbox, Dialog, Field, FormError, Select } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf, sentence } from "../../data/failure";
import { useMe } from "../../data/me";
import { describeScope } from "../../data/scopes";
import { useAction } from "../../data/useAction";

const DAY_MS = 86_400_000;

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: "never", label: "Never", detail: "Revoke it yourself when it is not needed any more" },
] as const;

type Lifetime = (typeof LIFETIMES)[number]["value"];

interface CreateKeyDialogProps {
  onClose: () => void;
  onDone: (secret: string) => unknown;
}

/** A new key; it can do no more than its owner. */
export function CreateKeyDialog({ onClose, onDone }: CreateKeyDialogProps) {
  const { scopes: mine } = useMe();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [lifetime, setLifetime] = useState<Lifetime>("90");
  const create = useAction(
    () =>
      take(
        gateway.POST("/api/v1/api-keys", {
          body: {
            name: name.trim(),
            scopes: [...scopes],
            ...(lifetime === "never" ? {} : { expires_at: new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString() }),
          },
        }),
      ),
    ({ secret }) => onDone(secret),
  );
  const fault = create.error instanceof ApiError ? create.error.field("name") : undefined;
  const failure = fault === undefined ? failureOf(create) : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Create a key"
      onSubmit={() => create.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={create.isPending} disabled={scopes.length === 0}>
            Create key
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Field
        label="Name"
        hint="What uses it: “Lights controller”."
        autoComplete="off"
        required
        maxLength={120}
        error={fault === undefined ? undefined : sentence(fault)}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">What it may do</legend>
        <div className="max-h-64 overflow-y-auto">
          {mine
            .filter((scope) => scope.includes(":"))
            .map((scope) => (
              <Checkbox
                key={scope}
                label={describeScope(scope)}
                detail={<span className="font-mono">{scope}</span>}
                checked={scopes.includes(scope)}
                onChange={(checked) => setScopes(checked ? [...scopes, scope] : scopes.filter((other) => other !== scope))}
              />
            ))}
        </div>
      </fieldset>
      <Select label="Works for" options={LIFETIMES} value={lifetime} onChange={setLifetime} />
    </Dialog>
  );
}
