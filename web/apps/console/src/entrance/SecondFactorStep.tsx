import { take } from "@nexus/api";
import { Button, Field, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { askForPasskey } from "../data/passkey";
import { EntranceCard } from "./EntranceCard";
import type { SecondFactorChallenge } from "./SignIn";
import { useArrival } from "./useArrival";

interface SecondFactorStepProps {
  challenge: SecondFactorChallenge;
  interaction: string | undefined;
  onRestart: () => void;
}

/** The password was right; now something that only its owner has. */
export function SecondFactorStep({ challenge: { challenge, methods }, interaction, onRestart }: SecondFactorStepProps) {
  const arrive = useArrival(interaction);
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const typed = recovery || methods.includes("totp");
  const withCode = useMutation({
    mutationFn: async () => {
      await take(publicGateway.POST("/api/v1/session/second-factor", { body: { challenge, code: code.trim() } }));
      await arrive();
    },
  });
  const withPasskey = useMutation({
    mutationFn: async () => {
      const asked = await take(publicGateway.POST("/api/v1/session/second-factor/passkey", { body: { challenge } }));
      const passkey = await askForPasskey(asked);
      await take(publicGateway.POST("/api/v1/session/second-factor", { body: { challenge, passkey } }));
      await arrive();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    withPasskey.reset();
    withCode.mutate();
  };
  const failure = failureOf(withCode) ?? failureOf(withPasskey);
  return (
    <EntranceCard
      title="Second step"
      description={describe(recovery, methods)}
      footer={
        <>
          {methods.includes("recovery-code") && (
            <Other
              onClick={() => {
                setRecovery(!recovery);
                setCode("");
                withCode.reset();
                withPasskey.reset();
              }}
            >
              {recovery ? "Use the usual second step" : "Use a recovery code"}
            </Other>
          )}
          <Other onClick={onRestart}>Start again</Other>
        </>
      }
    >
      <div className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        {typed && (
          <form onSubmit={submit} className="space-y-5">
            <Field
              key={String(recovery)}
              // The step before has just been finished with the keyboard: it goes on here.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              label={recovery ? "Recovery code" : "Code"}
              name="code"
              inputMode={recovery ? "text" : "numeric"}
              autoComplete="one-time-code"
              spellCheck={false}
              autoCapitalize="none"
              required
              value={code}
              onChange={({ target }) => setCode(target.value)}
            />
            <Button kind="strong" type="submit" className="w-full" busy={withCode.isPending}>
              Confirm
            </Button>
          </form>
        )}
        {methods.includes("passkey") && !recovery && (
          <Button
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={!typed}
            kind={typed ? "quiet" : "strong"}
            className="w-full"
            busy={withPasskey.isPending}
            onClick={() => {
              withCode.reset();
              withPasskey.mutate();
            }}
          >
            <Fingerprint aria-hidden className="size-5" />
            Use a passkey
          </Button>
        )}
      </div>
    </EntranceCard>
  );
}

function describe(recovery: boolean, methods: readonly string[]): string {
  if (recovery) {
    return "Enter one of the recovery codes you were given when you set up the second step. Each works once.";
  }
  const [totp, passkey] = [methods.includes("totp"), methods.includes("passkey")];
  if (totp && passkey) {
    return "Enter the six digits that your authenticator app shows for Nexus, or use your passkey.";
  }
  return totp
    ? "Enter the six digits that your authenticator app shows for Nexus."
    : "Confirm with the passkey that you set up for Nexus.";
}

function Other({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" onClick={onClick} className="cursor-pointer underline-offset-4 hover:text-text hover:underline">
      {children}
    </button>
  );
}
