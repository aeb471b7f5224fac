import { take } from "@nexus/api";
import { Button, buttonClass, Field, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { type MailLink, MailLinkGate } from "./MailLinkGate";
import { NewPassword, passwordFault } from "./NewPassword";

/** Where the mail of an invitation leads, to the platform or to an organisation. */
export function Invitation() {
  return <MailLinkGate>{(link, token) => <Invited link={link} token={token} />}</MailLinkGate>;
}

function Invited({ link, token }: { link: MailLink; token: string }) {
  const { email, organisation, role, needs_password } = link;
  const [name, setName] = useState(link.display_name ?? "");
  const [password, setPassword] = useState("");
  const accept = useMutation({
    mutationFn: () =>
      take(
        publicGateway.POST("/api/v1/invitations/accept", {
          body: needs_password ? { token, display_name: name, password } : { token },
        }),
      ),
  });
  const decline = useMutation({
    mutationFn: () => take(publicGateway.POST("/api/v1/invitations/decline", { body: { token } })),
  });
  const where = organisation ?? "Nexus";
  if (accept.isSuccess) {
    return (
      <EntranceCard
        title={`Welcome to ${where}`}
        description={<>Sign in with <strong className="text-text">{email}</strong>.</>}
      >
        <Link to="/sign-in" className={buttonClass("strong")}>
          Sign in
        </Link>
      </EntranceCard>
    );
  }
  if (decline.isSuccess) {
    return <EntranceCard title="You declined" description="The invitation is gone. You can close this page." />;
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    accept.mutate();
  };
  const failure = passwordFault(accept.error) === undefined ? (failureOf(accept) ?? failureOf(decline)) : undefined;
  return (
    <EntranceCard
      title={`Join ${where}`}
      description={
        <>
          <strong className="text-text">{email}</strong> is invited{role ? ` as ${role}` : ""}.
          {needs_password ? " Say what you are called and choose a password." : ""}
        </>
      }
    >
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        {needs_password && (
          <>
            <Field label="Your name" name="name" autoComplete="name" required value={name} onChange={({ target }) => setName(target.value)} />
            <NewPassword value={password} onChange={setPassword} about={[email, name]} error={accept.error} />
          </>
        )}
        <div className="flex flex-wrap gap-3 *:flex-1">
          <Button busy={decline.isPending} disabled={accept.isPending} onClick={() => decline.mutate()}>
            Decline
          </Button>
          <Button kind="strong" type="submit" busy={accept.isPending} disabled={decline.isPending}>
            Accept
          </Button>
        </div>
      </form>
    </EntranceCard>
  );
}
