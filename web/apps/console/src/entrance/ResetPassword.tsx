import { take } from "@nexus/api";
import { Button, buttonClass, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { MailLinkGate } from "./MailLinkGate";
import { NewPassword, passwordFault } from "./NewPassword";

/** Where the mail about a forgotten password leads. */
export function ResetPassword() {
  return <MailLinkGate>{({ email }, token) => <Reset email={email} token={token} />}</MailLinkGate>;
}

function Reset({ email, token }: { email: string; token: string }) {
  const [password, setPassword] = useState("");
  const reset = useMutation({
    mutationFn: () => take(publicGateway.POST("/api/v1/recovery/reset", { body: { token, password } })),
  });
  if (reset.isSuccess) {
    return (
      <EntranceCard title="Your password is set" description="You were signed out on every device. Sign in with the new password.">
        <Link to="/sign-in" className={buttonClass("strong")}>
          Sign in
        </Link>
      </EntranceCard>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    reset.mutate();
  };
  const failure = passwordFault(reset.error) === undefined ? failureOf(reset) : undefined;
  return (
    <EntranceCard title="Choose a new password" description={<>For the account of <strong className="text-text">{email}</strong>. Every device is signed out.</>}>
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <NewPassword label="New password" value={password} onChange={setPassword} about={[email]} error={reset.error} />
        <Button kind="strong" type="submit" className="w-full" busy={reset.isPending}>
          Set the password
        </Button>
      </form>
    </EntranceCard>
  );
}
