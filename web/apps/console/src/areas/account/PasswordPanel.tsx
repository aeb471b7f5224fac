import { take } from "@nexus/api";
import { Button, Dialog, FormError, Panel, PasswordField, toast } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useMe } from "../../data/me";
import { useAction } from "../../data/useAction";
import { NewPassword, passwordFault } from "../../entrance/NewPassword";

/** Another password. */
export function PasswordPanel() {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title="Password"
      description="Changing it signs you out on every other device."
      actions={<Button size="small" onClick={() => setOpen(true)}>Change password</Button>}
    >
      {open && <ChangePassword onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function ChangePassword({ onClose }: { onClose: () => void }) {
  const { user } = useMe();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useAction(
    () => take(gateway.PUT("/api/v1/me/password", { body: { current_password: current, new_password: next } })),
    () => {
      toast("Password changed", "Every other device was signed out.");
      onClose();
    },
  );
  const failure = passwordFault(change.error) === undefined ? failureOf(change) : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Change password"
      onSubmit={() => change.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={change.isPending}>
            Change password
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <PasswordField
        label="Current password"
        autoComplete="current-password"
        required
        value={current}
        onChange={({ target }) => setCurrent(target.value)}
      />
      <NewPassword label="New password" value={next} onChange={setNext} about={[user.email, user.display_name]} error={change.error} />
    </Dialog>
  );
}
