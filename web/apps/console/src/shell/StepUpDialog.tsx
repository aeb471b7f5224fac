import { type GatewaySchemas, take } from "@nexus/api";
import { Button, Dialog, Field, FormError, Loading, PasswordField } from "@nexus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { gateway } from "../data/clients";
import { factors } from "../data/factors";
import { failureOf } from "../data/failure";
import { askForPasskey } from "../data/passkey";
import { pendingStepUp, subscribeStepUp } from "../data/stepUp";

/** Asks for proof that it is still the same person, before something that matters. */
export function StepUpDialog() {
  const pending = useSyncExternalStore(subscribeStepUp, pendingStepUp);
  return pending === null ? null : <Proof onConfirmed={pending.confirmed} onCancel={pending.cancelled} />;
}

interface ProofProps {
  onConfirmed: () => void;
  onCancel: () => void;
}

function Proof({ onConfirmed, onCancel }: ProofProps) {
  const { data } = useQuery(factors);
  // A lost device is no reason to be locked out: recovery codes are typed where there is a passkey only.
  const [recovery, setRecovery] = useState(false);
  const [secret, setSecret] = useState("");
  const confirm = useMutation({
    mutationFn: (proof: GatewaySchemas["StepUp"]) => take(gateway.POST("/api/v1/session/step-up", { body: proof })),
    onSuccess: onConfirmed,
  });
  const passkey = useMutation({
    mutationFn: async () => {
      const asked = await take(gateway.POST("/api/v1/session/step-up/passkey"));
      return take(gateway.POST("/api/v1/session/step-up", { body: { passkey: await askForPasskey(asked) } }));
    },
    onSuccess: onConfirmed,
  });
  const failure = failureOf(confirm) ?? failureOf(passkey);
  const protectedTwice = data !== undefined && (data.totp || data.passkeys > 0);
  const typed = data !== undefined && (data.totp || data.passkeys === 0 || recovery);
  const submit = (): void => {
    passkey.reset();
    confirm.mutate(protectedTwice ? { code: secret.trim() } : { password: secret });
  };
  return (
    <Dialog
      open
      onClose={onCancel}
      title="Confirm that it is you"
      description="This changes how your account or your studio is protected, so it is asked again."
      {...(typed ? { onSubmit: submit } : {})}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          {typed && (
            <Button kind="strong" type="submit" busy={confirm.isPending}>
              Confirm
            </Button>
          )}
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      {data === undefined && <Loading label="Loading ways to confirm" rows={1} />}
      {data !== undefined && data.passkeys > 0 && (
        <Button
          kind={typed ? "quiet" : "strong"}
          className="w-full"
          busy={passkey.isPending}
          onClick={() => {
            confirm.reset();
            passkey.mutate();
          }}
        >
          <Fingerprint aria-hidden className="size-5" />
          Use a passkey
        </Button>
      )}
      {data !== undefined && !typed && (
        <Button className="w-full" onClick={() => setRecovery(true)}>
          Use a recovery code
        </Button>
      )}
      {typed && protectedTwice && (
        <Field
          label={data.totp ? "Code from your authenticator app, or a recovery code" : "Recovery code"}
          autoComplete="one-time-code"
          spellCheck={false}
          autoCapitalize="none"
          required
          value={secret}
          onChange={({ target }) => setSecret(target.value)}
        />
      )}
      {typed && !protectedTwice && (
        <PasswordField
          label="Your password"
          autoComplete="current-password"
          required
          value={secret}
          onChange={({ target }) => setSecret(target.value)}
        />
      )}
    </Dialog>
  );
}
