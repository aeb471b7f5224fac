import { take } from "@nexus/api";
import { Button, Field, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { EntranceCard } from "./EntranceCard";

/** A way back for who has forgotten the password. */
export function Recover() {
  const [email, setEmail] = useState("");
  const recover = useMutation({
    mutationFn: () => take(publicGateway.POST("/api/v1/recovery", { body: { email } })),
  });
  const back = (
    <Link to="/sign-in" className="underline-offset-4 hover:text-text hover:underline">
      Back to sign-in
    </Link>
  );
  if (recover.isSuccess) {
    return (
      <EntranceCard
        title="Look into your mail"
        description={<>If <strong className="text-text">{email}</strong> has an account here, a link is on its way. It is good for 30 minutes.</>}
        footer={back}
      >
        <MailCheck aria-hidden className="size-12 text-text-soft" strokeWidth={1.5} />
      </EntranceCard>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    recover.mutate();
  };
  const failure = failureOf(recover);
  return (
    <EntranceCard title="Forgot your password?" description="Say which account it is, and we send a link to set a new one." footer={back}>
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <Field
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Button kind="strong" type="submit" className="w-full" busy={recover.isPending}>
          Send the link
        </Button>
      </form>
    </EntranceCard>
  );
}
