import { take } from "@nexus/api";
import { Button, buttonClass, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { MailLinkGate } from "./MailLinkGate";

/** Where the mail about a deletion leads: it can be taken back while the account is on hold. */
export function RestoreAccount() {
  return <MailLinkGate>{({ email }, token) => <Restore email={email} token={token} />}</MailLinkGate>;
}

function Restore({ email, token }: { email: string; token: string }) {
  const restore = useMutation({ mutationFn: () => take(publicGateway.POST("/api/v1/me/restore", { body: { token } })) });
  if (restore.isSuccess) {
    return (
      <EntranceCard title="Your account is back" description="Nothing was deleted.">
        <Link to="/sign-in" className={buttonClass("strong")}>
          Sign in
        </Link>
      </EntranceCard>
    );
  }
  const failure = failureOf(restore);
  return (
    <EntranceCard title="Keep your account?" description={<>The account of <strong className="text-text">{email}</strong> is going to be deleted. You can take that back.</>}>
      <div className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <Button kind="strong" className="w-full" busy={restore.isPending} onClick={() => restore.mutate()}>
          Keep the account
        </Button>
      </div>
    </EntranceCard>
  );
}
