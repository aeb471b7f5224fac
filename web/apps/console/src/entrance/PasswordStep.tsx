import { ApiError, take } from "@nexus/api";
import { Button, Field, FormError, PasswordField } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { hasPasskeys } from "../data/passkey";
import type { SecondFactorChallenge } from "./SignIn";
import { useArrival } from "./useArrival";
import { usePasskeySignIn } from "./usePasskeySignIn";

interface PasswordStepProps {
  /** What the app that sent the person here knows of them. */
  email: string;
  interaction: string | undefined;
  onChallenge: (challenge: SecondFactorChallenge) => void;
}

/** E-mail and password, or a passkey instead of both. */
export function PasswordStep({ email: hint, interaction, onChallenge }: PasswordStepProps) {
  const [typed, setEmail] = useState<string | null>(null);
  const [password, setPassword] = useState("");
  const email = typed ?? hint;
  const arrive = useArrival(interaction);
  const passkey = usePasskeySignIn(arrive);
  const signIn = useMutation({
    mutationFn: async () => {
      const challenge = await trySignIn(email, password);
      if (challenge === null) {
        await arrive();
      } else {
        onChallenge(challenge);
      }
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    passkey.reset();
    signIn.mutate();
  };
  const failure = failureOf(signIn) ?? failureOf(passkey);
  return (
    <>
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <Field
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username webauthn"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
        <Button kind="strong" type="submit" className="w-full" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
      {hasPasskeys() && (
        <>
          <p
            aria-hidden
            className="my-5 flex items-center gap-4 text-sm text-text-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line"
          >
            or
          </p>
          <Button
            className="w-full"
            busy={passkey.isPending}
            onClick={() => {
              signIn.reset();
              passkey.mutate("ask");
            }}
          >
            <Fingerprint aria-hidden className="size-5" />
            Sign in with a passkey
          </Button>
        </>
      )}
    </>
  );
}

/** The server keeps the browser signed in by a cookie; or says what else it wants. */
async function trySignIn(email: string, password: string): Promise<SecondFactorChallenge | null> {
  try {
    await take(publicGateway.POST("/api/v1/session", { body: { email, password } }));
    return null;
  } catch (error) {
    if (error instanceof ApiError && error.code === "second-factor-required") {
      const { challenge, methods } = error.problem as unknown as SecondFactorChallenge;
      return { challenge, methods };
    }
    throw error;
  }
}
