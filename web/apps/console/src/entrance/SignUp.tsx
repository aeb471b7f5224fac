import { take } from "@nexus/api";
import { Button, buttonClass, Field, FormError } from "@nexus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { signUpRules } from "./signUpRules";

/** An account of one's own, where that is allowed. */
export function SignUp() {
  const rules = useQuery(signUpRules);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const signUp = useMutation({
    mutationFn: () => take(publicGateway.POST("/api/v1/sign-up", { body: { email, display_name: name } })),
  });
  if (rules.data !== undefined && rules.data.policy !== "open") {
    return (
      <EntranceCard
        title="By invitation only"
        description="Accounts here are made by invitation. Ask an administrator of this studio to invite you; the mail you get leads on."
      >
        <Link to="/sign-in" className={buttonClass()}>
          Back to sign-in
        </Link>
      </EntranceCard>
    );
  }
  if (signUp.isSuccess) {
    return (
      <EntranceCard
        title="Look into your mail"
        description={<>We sent a link to <strong className="text-text">{email}</strong>. It is good for 24 hours and leads to the last step.</>}
        footer="No mail? Look among the unwanted ones, then sign up again."
      >
        <MailCheck aria-hidden className="size-12 text-text-soft" strokeWidth={1.5} />
      </EntranceCard>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signUp.mutate();
  };
  const failure = failureOf(signUp);
  return (
    <EntranceCard
      title="Create an account"
      footer={
        <Link to="/sign-in" className="underline-offset-4 hover:text-text hover:underline">
          I have an account
        </Link>
      }
    >
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <Field label="Your name" name="name" autoComplete="name" required value={name} onChange={({ target }) => setName(target.value)} />
        <Field
          label="E-mail"
          type="email"
          name="email"
          autoComplete="email"
          required
          hint="A link is sent to it; you choose a password after that."
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Button kind="strong" type="submit" className="w-full" busy={signUp.isPending}>
          Send the link
        </Button>
      </form>
    </EntranceCard>
  );
}
