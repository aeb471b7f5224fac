import type { Stream } from "@nexus/api";
import { Button, Notice, Skeleton } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { GoLiveGuide } from "../GoLiveGuide";
import { StreamCard } from "../StreamCard";
import { StreamFeature } from "../StreamFeature";
import { liveStreams } from "../streams";
import { usePageTitle } from "../usePageTitle";

/** Everything on air. */
export function Live() {
  usePageTitle("Live now");
  const { data, isError, isFetching, refetch } = useQuery(liveStreams);
  return (
    <>
      <h1 className={data?.length ? "mb-5 text-2xl font-semibold tracking-tight sm:mb-6 sm:text-3xl" : "sr-only"}>
        Live now
      </h1>
      {data === undefined ? (
        isError ? <Unreachable busy={isFetching} onRetry={() => void refetch()} /> : <Loading />
      ) : data.length === 0 ? (
        <GoLiveGuide />
      ) : (
        <Grid streams={data} />
      )}
    </>
  );
}

function Grid({ streams }: { streams: readonly Stream[] }) {
  const [first, ...others] = streams;
  return (
    <>
      {first !== undefined && <StreamFeature key={first.slug} stream={first} />}
      {others.length > 0 && (
        <>
          <h2 className="mt-10 mb-5 text-lg font-semibold tracking-tight">More on air</h2>
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,20rem),1fr))] gap-x-5 gap-y-8">
            {others.map((stream) => (
              <li key={stream.slug}>
                <StreamCard stream={stream} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Loading() {
  return (
    <output className="block">
      <span className="sr-only">Looking for streams on air</span>
      <Skeleton className="mb-6 h-9 w-40" />
      <div className="grid gap-6 lg:grid-cols-[2fr_1fr]">
        <Skeleton className="aspect-video" />
        <div className="space-y-4 lg:py-8">
          <Skeleton className="h-10 w-4/5" />
          <Skeleton className="h-5 w-3/5" />
        </div>
      </div>
    </output>
  );
}

function Unreachable({ busy, onRetry }: { busy: boolean; onRetry: () => void }) {
  return (
    <Notice
      icon={CloudOff}
      title="The server cannot be reached"
      actions={
        <Button kind="strong" disabled={busy} onClick={onRetry}>
          Try again
        </Button>
      }
    >
      <p>Check your connection. This page keeps trying and shows what is on air as soon as the server answers.</p>
    </Notice>
  );
}
