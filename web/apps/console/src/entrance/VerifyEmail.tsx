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

/** What is said before and after, for each thing that such a link is for. */
const TEXTS: Partial<Record<MailLink["purpose"], { before: string; verb: string; done: string }>> = {
  "sign-up": { before: "Choose a password", verb: "Create the account", done: "Your account is ready" },
  "change-email": { before: "Confirm your address", verb: "Confirm", done: "Your address is changed" },
  "undo-email-change": {
    before: "Take your account back?",
    verb: "Give it this address again",
    done: "Your account has this address again",
  },
};

function Verify({ link, token }: { link: MailLink; token: string }) {
  const { email, display_name, needs_password, purpose } = link;
  const [password, setPassword] = useState("");
  const verify = useMutation({
    mutationFn: () =>
      take(publicGateway.POST("/api/v1/email/verify", { body: needs_password ? { token, password } : { token } })),
  });
  const texts = TEXTS[purpose];
  if (texts === undefined) {
    return <EntranceCard title="This link is for something else" description="Open it as it stands in the mail." />;
  }
  const undoes = purpose === "undo-email-change";
  if (verify.isSuccess) {
    return (
      <EntranceCard
        title={texts.done}
        description={
          undoes ? (
            "Everybody was signed out of it, and the passkeys, authenticator app and API keys that were added since the change were removed. Set a new password now, because whoever changed the address may know yours. Then look through how you sign in and your keys: what was added before the change is still there."
          ) : (
            <>Sign in with <strong className="text-text">{email}</strong> from now on.</>
          )
        }
      >
        <Link to={undoes ? "/recover" : "/sign-in"} className={buttonClass("strong")}>
          {undoes ? "Set a new password" : "Sign in"}
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
      title={texts.before}
      description={
        undoes ? (
          <>
            Your account gets the address <strong className="text-text">{email}</strong> back, everybody is signed out of it, and what was added to it since the change is removed.
          </>
        ) : (
          <>For the account of <strong className="text-text">{email}</strong>.</>
        )
      }
    >
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        {needs_password && (
          <NewPassword value={password} onChange={setPassword} about={[email, display_name ?? ""]} error={verify.error} />
        )}
        <Button kind="strong" type="submit" className="w-full" busy={verify.isPending}>
          {texts.verb}
        </Button>
      </form>
    </EntranceCard>
  );
}
