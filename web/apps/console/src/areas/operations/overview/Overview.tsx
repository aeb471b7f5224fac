import { Page } from "@nexus/ui";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useAllowed } from "../../../data/me";
import { QueryView } from "../../../data/QueryView";
import { registrations } from "../streams";
import { system } from "../system";
import { Alarms } from "./Alarms";
import { Headlines } from "./Headlines";
import { LiveNow } from "./LiveNow";
import { Machine } from "./Machine";
import { Services } from "./Services";

/** How the studio is doing, on one page. */
export function Overview() {
  const status = useQuery(system);
  return (
    <Page title="Overview" description="What is on air, and how the platform under it is doing.">
      <QueryView query={status} what="the state of the platform">
        {(now) => (
          <>
            <Alarms alarms={now.alarms} />
            <Streaming status={now} />
            <div className="grid gap-6 xl:grid-cols-2">
              <Services services={now.services} engines={now.engines} />
              <Machine status={now} />
            </div>
          </>
        )}
      </QueryView>
    </Page>
  );
}

function Streaming({ status }: { status: Parameters<typeof Headlines>[0]["status"] }) {
  const allowed = useAllowed("streams:read");
  const query = useInfiniteQuery({ ...registrations, enabled: allowed });
  if (!allowed) {
    return <Headlines status={status} streams={[]} />;
  }
  return (
    <QueryView query={query} what="streams">
      {({ pages }) => {
        const onAir = pages.flatMap(({ streams }) => streams).filter(({ stream }) => stream.state !== "offline");
        return (
          <>
            <Headlines status={status} streams={onAir} />
            <LiveNow streams={onAir} />
          </>
        );
      }}
    </QueryView>
  );
}
