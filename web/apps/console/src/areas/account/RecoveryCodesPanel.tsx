import { take } from "@nexus/api";
import { Button, ConfirmDialog, Panel, StatusBadge } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { factors } from "../../data/factors";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog";

/** Below this it is time for new ones. */
const FEW = 4;

/** The way in without the second step. */
export function RecoveryCodesPanel({ left }: { left: number }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const renew = useAction(
    () => take(gateway.POST("/api/v1/me/recovery-codes")),
    async ({ recovery_codes }) => {
      setAsking(false);
      setCodes(recovery_codes);
      await queries.invalidateQueries(factors);
    },
  );
  return (
    <Panel
      title="Recovery codes"
      description="Each lets you in once in place of the second step, when the phone or the key is lost."
      actions={<Button size="small" onClick={() => setAsking(true)}>New codes</Button>}
    >
      <StatusBadge status={left < FEW ? "caution" : "normal"}>{left === 1 ? "1 code left" : `${left} codes left`}</StatusBadge>
      <ConfirmDialog
        open={asking}
        title="Make new recovery codes?"
        verb="Make new codes"
        busy={renew.isPending}
        error={failureOf(renew)}
        onConfirm={() => renew.mutate()}
        onClose={() => setAsking(false)}
      >
        The codes you have now stop working.
      </ConfirmDialog>
      {codes !== null && <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </Panel>
  );
}
