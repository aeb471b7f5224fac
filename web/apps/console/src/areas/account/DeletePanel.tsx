import { take } from "@nexus/api";
import { Button, ConfirmDialog, Panel } from "@nexus/ui";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { auth } from "../../data/auth";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";

/** The end of one's own account. */
export function DeletePanel() {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const leave = useAction(
    () => take(gateway.DELETE("/api/v1/me")),
    async ({ erased_at }) => {
      await navigate({ to: "/account-closed", search: erased_at ? { erased_at } : {} });
      auth.forget();
    },
  );
  return (
    <Panel
      title="Delete account"
      description="Closes your account at once and erases it after 30 days. Until then a link in a mail brings it back."
      actions={<Button onClick={() => setAsking(true)}>Delete account</Button>}
    >
      <ConfirmDialog
        open={asking}
        title="Delete your account?"
        verb="Delete account"
        busy={leave.isPending}
        error={failureOf(leave)}
        onConfirm={() => leave.mutate()}
        onClose={() => setAsking(false)}
      >
        You are signed out on every device, and your API keys stop working. After 30 days everything about you is erased, with
        the organisations that nobody else belongs to; where you are the only owner, somebody else becomes one. What you did
        stays in the audit log under a number.
      </ConfirmDialog>
    </Panel>
  );
}
