import { ApiError, type GatewaySchemas } from "@nexus/api";
import { buttonClass, Failure, Skeleton } from "@nexus/ui";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { failureText } from "../data/failure";
import { EntranceCard } from "./EntranceCard";
import { useMailLink } from "./useMailLink";

export type MailLink = GatewaySchemas["MailLink"];

/** Looks at the mail's link first, and says what is wrong with one that is no good. */
export function MailLinkGate({ children }: { children: (link: MailLink, token: string) => ReactNode }) {
  const { token, query } = useMailLink();
  if (query.data !== undefined) {
    return <>{children(query.data, token)}</>;
  }
  if (!query.isError) {
    return (
      <output className="block space-y-4">
        <span className="sr-only">Checking the link</span>
        <Skeleton className="h-10 w-3/5" />
        <Skeleton className="h-40" />
      </output>
    );
  }
  if (query.error instanceof ApiError && query.error.code === "link-invalid") {
    return (
      <EntranceCard
        title="This link is no good any more"
        description="It was used already, has run out, or a newer one was sent. Use the newest mail, or ask for another."
      >
        <Link to="/sign-in" className={buttonClass("strong")}>
          Go to sign-in
        </Link>
      </EntranceCard>
    );
  }
  const { title, detail, offline } = failureText(query.error);
  return (
    <Failure title={title} detail={detail} offline={offline} busy={query.isFetching} onRetry={() => void query.refetch()} />
  );
}
