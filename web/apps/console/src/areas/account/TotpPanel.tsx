import { type GatewaySchemas, take } from "@nexus/api";
import { Button, ConfirmDialog, Panel, StatusBadge, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { factors } from "../../data/factors";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog";
import { TotpEnrolment } from "./TotpEnrolment";

/** The code of an authenticator app as the second step. */
export function TotpPanel({ enabled }: { enabled: boolean }) {
  const queries = useQueryClient();
  const [enrolment, setEnrolment] = useState<GatewaySchemas["TotpEnrolment"] | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [removing, setRemoving] = useState(false);
  const begin = useAction(() => take(gateway.POST("/api/v1/me/totp")), setEnrolment);
  const remove = useAction(
    () => take(gateway.DELETE("/api/v1/me/totp")),
    async () => {
      await queries.invalidateQueries(factors);
      setRemoving(false);
      toast("Authenticator app removed");
    },
  );
  const failure = failureOf(begin);
  return (
    <Panel
      title="Authenticator app"
      description="A six-digit code from your phone, asked for after the password."
      actions={
        enabled ? (
          <Button size="small" onClick={() => setRemoving(true)}>Remove</Button>
        ) : (
          <Button size="small" busy={begin.isPending} onClick={() => begin.mutate()}>Set up</Button>
        )
      }
    >
      <StatusBadge status={enabled ? "normal" : "off"}>{enabled ? "In use" : "Not in use"}</StatusBadge>
      {failure !== undefined && <p className="mt-3 text-sm text-serious">{failure}</p>}
      {enrolment !== null && (
        <TotpEnrolment
          enrolment={enrolment}
          onClose={() => setEnrolment(null)}
          onDone={async (given) => {
            setEnrolment(null);
            setCodes(given);
            await queries.invalidateQueries(factors);
            if (given.length === 0) {
              toast("Authenticator app set up");
            }
          }}
        />
      )}
      {codes.length > 0 && (
        <RecoveryCodesDialog
          codes={codes}
          onClose={() => {
            setCodes([]);
            toast("Authenticator app set up");
          }}
        />
      )}
      <ConfirmDialog
        open={removing}
        title="Remove the authenticator app?"
        verb="Remove"
        busy={remove.isPending}
        error={failureOf(remove)}
        onConfirm={() => remove.mutate()}
        onClose={() => setRemoving(false)}
      >
        Without another second step, your password alone is enough to sign in as you.
      </ConfirmDialog>
    </Panel>
  );
}
