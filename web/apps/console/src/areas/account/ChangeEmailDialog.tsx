import { ApiError, take } from "@nexus/api";
import { Button, Dialog, Field, FormError } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf, sentence } from "../../data/failure";
import { useMe } from "../../data/me";
import { useAction } from "../../data/useAction";

/** Another address to sign in with; it counts when the link that is sent to it was opened. */
export function ChangeEmailDialog({ onClose }: { onClose: () => void }) {
  const { user } = useMe();
  const [email, setEmail] = useState("");
  const ask = useAction(() => take(gateway.POST("/api/v1/me/email", { body: { email } })));
  if (ask.isSuccess) {
    return (
      <Dialog
        open
        onClose={onClose}
        title="Look into your mail"
        description={
          <>
            A link is on its way to <strong className="text-text">{email}</strong>. Open it within 24 hours; until then you
            sign in with <strong className="text-text">{user.email}</strong>.
          </>
        }
        actions={<Button kind="strong" onClick={onClose}>Done</Button>}
      />
    );
  }
  const fault = ask.error instanceof ApiError ? ask.error.field("email") : undefined;
  const failure = fault === undefined ? failureOf(ask) : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Change e-mail"
      description={<>You sign in with <strong className="text-text">{user.email}</strong> now.</>}
      onSubmit={() => ask.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={ask.isPending}>
            Send the link
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Field
        label="New e-mail"
        type="email"
        autoComplete="email"
        required
        hint="A link is sent to it. The old address is told when it is changed, with a way back."
        error={fault === undefined ? undefined : sentence(fault)}
        value={email}
        onChange={({ target }) => {
          setEmail(target.value);
          ask.reset();
        }}
      />
    </Dialog>
  );
}
