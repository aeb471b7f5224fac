import { type ApiError, type GatewaySchemas, take } from "@nexus/api";
import { tokensOf } from "@nexus/auth";
import { Button, Field, FormError, PasswordField } from "@nexus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { auth } from "../data/auth";
import { publicGateway } from "../data/clients";
import { failureLine } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { decide, interactionQuery } from "./interaction";

/** E-mail and password. */
export function SignIn() {
  const router = useRouter();
  const { next = "/", interaction } = useSearch({ from: "/entrance/sign-in" });
  const asked = useQuery({ ...interactionQuery(interaction ?? ""), enabled: interaction !== undefined });
  const client = asked.data?.client;
  const [typed, setEmail] = useState<string | null>(null);
  const email = typed ?? asked.data?.login_hint ?? "";
  const [password, setPassword] = useState("");
  const signIn = useMutation<GatewaySchemas["SessionTokens"], ApiError>({
    mutationFn: () => take(publicGateway.POST("/api/v1/session", { body: { email, password } })),
    onSuccess: async (answer) => {
      auth.adopt(tokensOf(answer));
      // An offer that has run out is forgotten: signing in then leads into the console.
      if (interaction === undefined || asked.data === undefined) {
        router.history.push(next);
      } else {
        await decide(interaction, "allow");
      }
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <EntranceCard
      title="Sign in"
      description={
        client === undefined || client.first_party
          ? "To Nexus COS, your studio's creative operating system."
          : `To go on to ${client.name}.`
      }
      footer={
        <>
          <Link to="/recover" className="underline-offset-4 hover:text-text hover:underline">
            Forgot your password?
          </Link>
          <Link to="/sign-up" className="underline-offset-4 hover:text-text hover:underline">
            Create an account
          </Link>
        </>
      }
    >
      <form onSubmit={submit} className="space-y-5">
        {signIn.isError && <FormError>{failureLine(signIn.error)}</FormError>}
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
    </EntranceCard>
  );
}
