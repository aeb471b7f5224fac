import { take } from "@nexus/api";
import { Button, Dialog, Field, FormError, Loading, PasswordField } from "@nexus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, useSyncExternalStore } from "react";
import { gateway } from "../data/clients";
import { factors } from "../data/factors";
import { failureOf } from "../data/failure";
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
  const [secret, setSecret] = useState("");
  const confirm = useMutation({
    mutationFn: () =>
      take(gateway.POST("/api/v1/session/step-up", { body: data?.totp === true ? { code: secret } : { password: secret } })),
    onSuccess: onConfirmed,
  });
  const failure = failureOf(confirm);
  return (
    <Dialog
      open
      onClose={onCancel}
      title="Confirm that it is you"
      description="This changes how your account or your studio is protected, so it is asked again."
      onSubmit={() => confirm.mutate()}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button kind="strong" type="submit" busy={confirm.isPending} disabled={data === undefined}>
            Confirm
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      {data === undefined && <Loading label="Loading ways to confirm" rows={1} />}
      {data !== undefined &&
        (data.totp ? (
          <Field
            label="Code from your authenticator app"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={secret}
            onChange={({ target }) => setSecret(target.value)}
          />
        ) : (
          <PasswordField
            label="Your password"
            autoComplete="current-password"
            value={secret}
            onChange={({ target }) => setSecret(target.value)}
          />
        ))}
    </Dialog>
  );
}
