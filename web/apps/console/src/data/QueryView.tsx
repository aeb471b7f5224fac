import { Failure, Loading } from "@nexus/ui";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { failureText } from "./failure";

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  /** What is fetched, in the plural or with its article: `people`, `the audit log`. */
  what: string;
  /** Shown while it is on its way; rows of a list when absent. */
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** What a query has: on its way, failed with a way on, or there. What was there before stays while it is asked again. */
export function QueryView<T>({ query, what, loading, children }: QueryViewProps<T>) {
  if (query.data !== undefined) {
    return <>{children(query.data)}</>;
  }
  if (query.isError) {
    const { title, detail, offline } = failureText(query.error);
    return (
      <Failure title={title} detail={detail} offline={offline} busy={query.isFetching} onRetry={() => void query.refetch()} />
    );
  }
  return <>{loading ?? <Loading label={`Loading ${what}`} />}</>;
}
