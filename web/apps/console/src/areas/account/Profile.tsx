import { take } from "@nexus/api";
import { Button, ConfirmDialog, Panel } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { auth } from "../../data/auth";
import { gateway } from "../../data/clients";
import { failureLine } from "../../data/failure";
import { DeletePanel } from "./DeletePanel";
import { ExportPanel } from "./ExportPanel";
import { ProfilePanel } from "./ProfilePanel";

/** Who I am here. */
export function Profile() {
  return (
    <>
      <ProfilePanel />
      <SignOutEverywhere />
      <ExportPanel />
      <DeletePanel />
    </>
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
