import { Button, Failure, FormError, Skeleton } from "@nexus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { failureOf, failureText } from "../data/failure";
import { describeScope } from "../data/scopes";
import { EntranceCard } from "./EntranceCard";
import { decide, interactionQuery } from "./interaction";

/** Another app asks for something in the person's name. */
export function Consent() {
  const { interaction } = useSearch({ from: "/entrance/consent" });
  const asked = useQuery(interactionQuery(interaction));
  const answer = useMutation({ mutationFn: (decision: "allow" | "deny") => decide(interaction, decision) });
  if (asked.isError) {
    const { title, detail, offline } = failureText(asked.error);
    return <Failure title={title} detail={detail} offline={offline} onRetry={() => void asked.refetch()} />;
  }
  if (asked.data === undefined) {
    return <Skeleton className="h-64" />;
  }
  const { client, scopes } = asked.data;
  const failure = failureOf(answer);
  return (
    <EntranceCard
      title={`Let ${client.name} in?`}
      description="It is not part of this platform. Only let programs in that you know."
    >
      <div className="space-y-6">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <div>
          <p className="text-base">{client.name} asks to:</p>
          <ul className="mt-3 space-y-2.5">
            {scopes.map((scope) => (
              <li key={scope} className="flex items-start gap-3 text-[0.9375rem] text-text-soft">
                <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-text" />
                {describeScope(scope)}
              </li>
            ))}
          </ul>
        </div>
        <div className="flex gap-3 *:flex-1">
          <Button disabled={answer.isPending} onClick={() => answer.mutate("deny")}>
            Do not allow
          </Button>
          <Button kind="strong" busy={answer.isPending} onClick={() => answer.mutate("allow")}>
            Allow
          </Button>
        </div>
      </div>
    </EntranceCard>
  );
}
