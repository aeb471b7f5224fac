import { Button, Panel } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAllowed } from "../../data/me";
import { invitationsOf, membersOf, type Organisation } from "./organisations";
import { PlanDialog } from "./PlanDialog";
import { plans } from "./plans";
import { planName, planWithRoom } from "./seats";

/** How many seats of the plan are taken, by members and by those who are invited. */
export function SeatsPanel({ organisation, manages }: { organisation: Organisation; manages: boolean }) {
  const members = useQuery(membersOf(organisation.id)).data?.members.length;
  const invited = useQuery({ ...invitationsOf(organisation.id), enabled: manages }).data?.invitations.length;
  const known = useQuery(plans).data?.plans;
  const mayGivePlans = useAllowed("organisations:write");
  const [changing, setChanging] = useState(false);
  if (members === undefined || known === undefined || (manages && invited === undefined)) {
    return null;
  }
  const taken = members + (invited ?? 0);
  const seats = known.find(({ plan }) => plan === organisation.plan)?.limits.users ?? "unlimited";
  const full = seats !== "unlimited" && taken >= seats;
  const better = planWithRoom(known, taken);
  return (
    <Panel
      title="Seats"
      description={`The plan is ${planName(organisation.plan)}. A seat is taken by a member, or by an invitation that is open.`}
      actions={
        mayGivePlans ? (
          <Button size="small" onClick={() => setChanging(true)}>
            Change plan
          </Button>
        ) : undefined
      }
    >
      <p className="text-base">
        <strong className="text-2xl font-semibold tabular-nums">{taken}</strong>{" "}
        {seats === "unlimited" ? "taken, of as many as you like" : `of ${seats} taken`}
      </p>
      {seats !== "unlimited" && (
        <div aria-hidden className="mt-3 h-2 w-full max-w-md overflow-hidden rounded-full bg-raised">
          <div className={`h-full ${full ? "bg-caution" : "bg-normal"}`} style={{ width: `${Math.min(100, (taken / seats) * 100)}%` }} />
        </div>
      )}
      {full && (
        <p className="mt-3 max-w-2xl text-[0.9375rem] leading-relaxed text-text-soft">
          Nobody else can be invited.{" "}
          {better === undefined
            ? "No plan has more seats."
            : `The plan ${planName(better)} has room: ask an administrator of the platform for it, or remove somebody first.`}
        </p>
      )}
      {changing && <PlanDialog organisation={organisation} plans={known} onClose={() => setChanging(false)} />}
    </Panel>
  );
}
