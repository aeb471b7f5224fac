import { take } from "@nexus/api";
import { Button, Dialog, FormError, Select, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import type { Organisation } from "./organisations";
import { type Entitlements, planName } from "./seats";

interface PlanDialogProps {
  organisation: Organisation;
  plans: readonly Entitlements[];
  onClose: () => void;
}

/** Gives an organisation another plan; for administrators of the platform. */
export function PlanDialog({ organisation, plans, onClose }: PlanDialogProps) {
  const queries = useQueryClient();
  const [plan, choose] = useState(organisation.plan);
  const save = useAction(
    () =>
      take(
        gateway.PUT("/api/v1/organisations/{organisation}/plan", {
          params: { path: { organisation: organisation.id } },
          body: { plan },
        }),
      ),
    async () => {
      toast("Plan changed", "Every member has at least this plan now.");
      onClose();
      await queries.invalidateQueries({ queryKey: ["organisations"] });
    },
  );
  const failure = failureOf(save);
  const options = plans.map(({ plan: value, limits: { users } }) => ({ value, label: planName(value), detail: seats(users) }));
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Plan of ${organisation.name}`}
      onSubmit={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Select label="Plan" options={options} value={plan} onChange={choose} />
    </Dialog>
  );
}

function seats(users: number | "unlimited"): string {
  switch (users) {
    case "unlimited":
      return "As many seats as you like";
    case 1:
      return "1 seat";
    default:
      return `${users} seats`;
  }
}
