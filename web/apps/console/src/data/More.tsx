import { Button } from "@nexus/ui";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";

interface MoreProps {
  query: UseInfiniteQueryResult<InfiniteData<unknown>>;
  label: string;
}

/** The way to the next page of a list, while there is one. */
export function More({ query, label }: MoreProps) {
  return query.hasNextPage ? (
    <div className="flex justify-center border-t border-line p-4">
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {label}
      </Button>
    </div>
  ) : null;
}
