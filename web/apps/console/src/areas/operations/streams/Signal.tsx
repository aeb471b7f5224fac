import { Panel, Skeleton } from "@nexus/ui";
import type { UseQueryResult } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { QueryView } from "../../../data/QueryView";
import type { Statistics } from "../streams";

const SignalCharts = lazy(() => import("./SignalCharts"));

/** What came from the encoder in the last five minutes. */
export function Signal({ query }: { query: UseQueryResult<Statistics> }) {
  const waiting = <Skeleton className="h-96" />;
  return (
    <Panel title="Signal" description="From the encoder, second by second, over the last five minutes.">
      <QueryView query={query} what="figures" loading={waiting}>
        {({ samples }) => (
          <Suspense fallback={waiting}>
            <SignalCharts samples={samples} />
          </Suspense>
        )}
      </QueryView>
    </Panel>
  );
}
