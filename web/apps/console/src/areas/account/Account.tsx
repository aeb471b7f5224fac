import { take } from "@nexus/api";
import { Button, ConfirmDialog, Page, Panel, Tag } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { auth } from "../../data/auth";
import { gateway } from "../../data/clients";
import { failureLine } from "../../data/failure";
import { useMe } from "../../data/me";

/** Who I am here. */
export function Account() {
  const { user, scopes } = useMe();
  return (
    <Page title="Account" description="Who you are here, and what you may do.">
      <Panel title="Profile">
        <dl className="grid gap-x-8 gap-y-3 text-[0.9375rem] sm:grid-cols-[10rem_1fr]">
          <dt className="text-text-soft">Name</dt>
          <dd>{user.display_name}</dd>
          <dt className="text-text-soft">E-mail</dt>
          <dd className="wrap-anywhere">{user.email}</dd>
          <dt className="text-text-soft">Role</dt>
          <dd className="capitalize">{user.role}</dd>
          <dt className="text-text-soft">Allowed</dt>
          <dd className="flex flex-wrap gap-2">
            {scopes.length === 0 ? "Watching" : scopes.map((scope) => <Tag key={scope} mono>{scope}</Tag>)}
          </dd>
        </dl>
      </Panel>
      <SignOutEverywhere />
    </Page>
  );
}

function SignOutEverywhere() {
  const [asking, setAsking] = useState(false);
  const end = useMutation({
    mutationFn: () => take(gateway.DELETE("/api/v1/sessions")),
    onSuccess: () => auth.forget(),
  });
  return (
    <Panel
      title="Sign out everywhere"
      description="Ends your sessions on every device, this one too. Use it when a device was lost."
      actions={<Button onClick={() => setAsking(true)}>Sign out everywhere</Button>}
    >
      <ConfirmDialog
        open={asking}
        title="Sign out everywhere?"
        verb="Sign out everywhere"
        busy={end.isPending}
        error={end.isError ? failureLine(end.error) : undefined}
        onConfirm={() => end.mutate()}
        onClose={() => setAsking(false)}
      >
        Every device that is signed in as you has to sign in again.
      </ConfirmDialog>
    </Panel>
  );
}
