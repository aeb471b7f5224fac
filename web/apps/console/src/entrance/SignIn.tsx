import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { EntranceCard } from "./EntranceCard";
import { interactionQuery } from "./interaction";
import { PasswordStep } from "./PasswordStep";
import { SecondFactorStep } from "./SecondFactorStep";

/** What the server wants besides the password. */
export interface SecondFactorChallenge {
  challenge: string;
  methods: readonly string[];
}

/** Who are you; in one or two steps. */
export function SignIn() {
  const { interaction } = useSearch({ from: "/entrance/sign-in" });
  const asked = useQuery({ ...interactionQuery(interaction ?? ""), enabled: interaction !== undefined });
  // An offer that has run out is forgotten: signing in then leads into the console.
  const known = asked.data === undefined ? undefined : interaction;
  const [challenge, setChallenge] = useState<SecondFactorChallenge | null>(null);
  if (challenge !== null) {
    return (
      <SecondFactorStep challenge={challenge} interaction={known} onRestart={() => setChallenge(null)} />
    );
  }
  const client = asked.data?.client;
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
      <PasswordStep
        email={asked.data?.login_hint ?? ""}
        interaction={known}
        onChallenge={setChallenge}
      />
    </EntranceCard>
  );
}
