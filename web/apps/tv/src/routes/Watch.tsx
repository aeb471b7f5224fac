import type { Stream } from "@nexus/api";
import { type Broadcast, Player, type Snapshot } from "@nexus/player";
import { Button, Notice, Skeleton } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import { useState } from "react";
import { NotFound } from "./NotFound";
import { oneStream } from "../streams";
import { usePlaylist } from "../usePlaylist";
import { usePageTitle } from "../usePageTitle";
import { WatchDetails } from "../WatchDetails";

/** One stream, playing. */
export function Watch() {
  const { slug } = useParams({ from: "/watch/$slug" });
  const { data, isError, refetch } = useQuery(oneStream(slug));
  usePageTitle(data?.title ?? null);
  if (data === null) {
    return (
      <NotFound title="There is no such stream" detail={`No stream is called “${slug}”. It may have been renamed or removed.`} />
    );
  }
  if (data === undefined) {
    return isError ? <Unreachable onRetry={() => void refetch()} /> : <Loading />;
  }
  return <Theatre key={slug} stream={data} reachable={!isError} />;
}

function Theatre({ stream, reachable }: { stream: Stream; reachable: boolean }) {
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null);
  const playlist = usePlaylist(stream);
  const broadcast: Broadcast = reachable ? stream.state : "unknown";
  return (
    <div className="mx-auto w-full max-w-[calc((100dvh-13rem)*16/9)] min-w-[min(100%,20rem)]">
      <div className="-mx-4 aspect-video overflow-hidden bg-black sm:mx-0 sm:rounded-panel sm:ring-1 sm:ring-line">
        <Player src={playlist} title={stream.title} broadcast={broadcast} onChange={setSnapshot} />
      </div>
      <WatchDetails stream={stream} reachable={reachable} snapshot={snapshot} />
    </div>
  );
}

function Loading() {
  return (
    <output className="mx-auto block w-full max-w-[calc((100dvh-13rem)*16/9)]">
      <span className="sr-only">Opening the stream</span>
      <Skeleton className="aspect-video" />
      <Skeleton className="mt-6 h-9 w-2/5" />
      <Skeleton className="mt-3 h-5 w-1/4" />
    </output>
  );
}

function Unreachable({ onRetry }: { onRetry: () => void }) {
  return (
    <Notice icon={CloudOff} title="The server cannot be reached" actions={<Button kind="strong" onClick={onRetry}>Try again</Button>}>
      <p>Check your connection. This page keeps trying and opens the stream as soon as the server answers.</p>
    </Notice>
  );
}
