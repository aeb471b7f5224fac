import { take } from "@nexus/api";
import { Button, buttonClass, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { MailLinkGate } from "./MailLinkGate";

/** Where the mail about a deleted account leads. */
export function RestoreAccount() {
  return <MailLinkGate>{({ email }, token) => <Restore email={email} token={token} />}</MailLinkGate>;
}

function Restore({ email, token }: { email: string; token: string }) {
  const restore = useMutation({
    mutationFn: () => take(publicGateway.POST("/api/v1/restore", { body: { token } })),
  });
  if (restore.isSuccess) {
    return (
      <EntranceCard title="Your account is open again" description="Everything is as it was. Sign in to go on.">
        <Link to="/sign-in" className={buttonClass("strong")}>
          Sign in
        </Link>
      </EntranceCard>
    );
  }
  const failure = failureOf(restore);
  return (
    <EntranceCard
      title="Keep your account?"
      description={
        <>
          The account of <strong className="text-text">{email}</strong> is closed and about to be erased. Opening it again
          brings everything back.
        </>
      }
    >
      <div className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <Button kind="strong" className="w-full" busy={restore.isPending} onClick={() => restore.mutate()}>
          Keep my account
        </Button>
      </div>
    </EntranceCard>
  );
}
