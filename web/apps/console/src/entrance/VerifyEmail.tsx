import { take } from "@nexus/api";
import { Button, buttonClass, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { type MailLink, MailLinkGate } from "./MailLinkGate";
import { NewPassword, passwordFault } from "./NewPassword";

/** The end of signing up, and of changing one's address. */
export function VerifyEmail() {
  return <MailLinkGate>{(link, token) => <Verify link={link} token={token} />}</MailLinkGate>;
}

function Verify({ link: { email, display_name, needs_password }, token }: { link: MailLink; token: string }) {
  const [password, setPassword] = useState("");
  const verify = useMutation({
    mutationFn: () =>
      take(publicGateway.POST("/api/v1/email/verify", { body: needs_password ? { token, password } : { token } })),
  });
  if (verify.isSuccess) {
    return (
      <EntranceCard
        title={needs_password ? "Your account is ready" : "Your address is changed"}
        description={<>Sign in with <strong className="text-text">{email}</strong> from now on.</>}
      >
        <Link to="/sign-in" className={buttonClass("strong")}>
          Sign in
        </Link>
      </EntranceCard>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    verify.mutate();
  };
  const failure = passwordFault(verify.error) === undefined ? failureOf(verify) : undefined;
  return (
    <EntranceCard
      title={needs_password ? "Choose a password" : "Confirm your address"}
      description={<>For the account of <strong className="text-text">{email}</strong>.</>}
    >
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        {needs_password && (
          <NewPassword value={password} onChange={setPassword} about={[email, display_name ?? ""]} error={verify.error} />
        )}
        <Button kind="strong" type="submit" className="w-full" busy={verify.isPending}>
          {needs_password ? "Create the account" : "Confirm"}
        </Button>
      </form>
    </EntranceCard>
  );
}
