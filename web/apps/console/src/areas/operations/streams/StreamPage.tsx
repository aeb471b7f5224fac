import { ApiError } from "@nexus/api";
import { Button, Notice, Page } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RadioTower, Square } from "lucide-react";
import { useState } from "react";
import { useAllowed } from "../../../data/me";
import { QueryView } from "../../../data/QueryView";
import { audienceView, registration, statistics } from "../streams";
import { EncoderSetup } from "./EncoderSetup";
import { EndStream } from "./EndStream";
import { Preview } from "./Preview";
import { Signal } from "./Signal";
import { StreamMenu } from "./StreamMenu";

const NOT_FOUND = 404;

/** One stream: its picture, what is measured on it, its encoder. */
export function StreamPage({ slug }: { slug: string }) {
  const client = useQueryClient();
  const kept = useQuery(registration(slug));
  const seen = useQuery({ ...audienceView(slug), enabled: kept.isSuccess });
  const onAir = seen.data !== undefined && seen.data.state !== "offline";
  const measured = useQuery({ ...statistics(slug, client), enabled: onAir });
  const mayWrite = useAllowed("streams:write");
  const [ending, setEnding] = useState(false);
  if (kept.error instanceof ApiError && kept.error.status === NOT_FOUND) {
    return (
      <Notice icon={RadioTower} title="There is no such stream" actions={<Link to="/streams" className="underline underline-offset-4">All streams</Link>}>
        <p>It was removed, or its address is mistyped.</p>
      </Notice>
    );
  }
  const title = kept.data?.kept.title ?? slug;
  const actions = mayWrite && kept.data !== undefined && (
    <>
      {onAir && (
        <Button onClick={() => setEnding(true)}>
          <Square aria-hidden className="size-4" />
          End stream
        </Button>
      )}
      <StreamMenu registration={kept.data.kept} etag={kept.data.etag} onAir={onAir} />
    </>
  );
  return (
    <Page title={title} description={<span className="font-mono text-sm">{slug}</span>} actions={actions}>
      <QueryView query={kept} what="the stream">
        {({ kept: registered }) => (
          <>
            {seen.data !== undefined && <Preview stream={seen.data} figures={measured.data?.figures} />}
            {onAir && <Signal query={measured} />}
            <EncoderSetup registration={registered} publisher={onAir ? measured.data?.publisher : null} />
          </>
        )}
      </QueryView>
      {ending && <EndStream slug={slug} onClose={() => setEnding(false)} />}
    </Page>
  );
}
