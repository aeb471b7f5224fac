import { take } from "@nexus/api";
import { Button, Field, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
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
  const [recovery, setRecovery] = useState(!methods.includes("totp"));
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: async () => {
      const body = { challenge, code: code.trim() };
      await take(publicGateway.POST("/api/v1/session/second-factor", { body }));
      await arrive();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirm.mutate();
  };
  const failure = failureOf(confirm);
  return (
    <EntranceCard
      title="Second step"
      description={
        recovery
          ? "Enter one of the recovery codes you were given when you set up the second step. Each works once."
          : "Enter the six digits that your authenticator app shows for Nexus."
      }
      footer={
        <>
          {methods.includes("recovery-code") && methods.includes("totp") && (
            <Other onClick={() => { setRecovery(!recovery); setCode(""); confirm.reset(); }}>
              {recovery ? "Use the usual second step" : "Use a recovery code"}
            </Other>
          )}
          <Other onClick={onRestart}>Start again</Other>
        </>
      }
    >
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
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
        <Button kind="strong" type="submit" className="w-full" busy={confirm.isPending}>
          Confirm
        </Button>
      </form>
    </EntranceCard>
  );
}

function Other({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" onClick={onClick} className="cursor-pointer underline-offset-4 hover:text-text hover:underline">
      {children}
    </button>
  );
}
