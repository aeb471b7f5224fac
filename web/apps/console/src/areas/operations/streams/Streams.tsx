import { bitrate, pictureFormat } from "@nexus/player/format";
import { Button, type Column, DataTable, Empty, Page, Panel } from "@nexus/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, RadioTower } from "lucide-react";
import { useState } from "react";
import { useAllowed } from "../../../data/me";
import { More } from "../../../data/More";
import { QueryView } from "../../../data/QueryView";
import { StreamStatus } from "../StreamStatus";
import { type RegisteredStream, registrations } from "../streams";
import { NewStream } from "./NewStream";

const COLUMNS: readonly [Column<RegisteredStream>, ...Column<RegisteredStream>[]] = [
  { header: "Stream", cell: ({ registration }) => <Name {...registration} /> },
  { header: "State", cell: ({ stream }) => <StreamStatus state={stream.state} /> },
  { header: "Viewers", align: "end", cell: ({ figures }) => figures?.viewers ?? "–" },
  { header: "Bitrate", align: "end", cell: ({ figures }) => (figures == null ? "–" : bitrate(figures.ingest_bitrate)) },
  { header: "Picture", wideOnly: true, cell: ({ stream }) => pictureFormat(stream.video) ?? "–" },
  { header: "Key", wideOnly: true, cell: ({ registration }) => <KeyHint hint={registration.key_hint} /> },
];

/** All streams of the studio, on air or not. */
export function Streams() {
  const query = useInfiniteQuery(registrations);
  const mayWrite = useAllowed("streams:write");
  const [creating, setCreating] = useState(false);
  const create = (
    <Button kind="strong" onClick={() => setCreating(true)}>
      <Plus aria-hidden className="size-4" />
      New stream
    </Button>
  );
  return (
    <Page
      title="Streams"
      description="Each stream has a key that an encoder publishes it with, and an address where it is watched."
      actions={mayWrite ? create : undefined}
    >
      <Panel title="All streams" padding="flush">
        <QueryView query={query} what="streams">
          {({ pages }) => {
            const streams = pages.flatMap((page) => page.streams);
            return streams.length === 0 ? (
              <Empty icon={RadioTower} title="There are no streams yet" actions={mayWrite ? create : undefined}>
                <p>Create one, give its key to an encoder such as OBS, and it is on air.</p>
              </Empty>
            ) : (
              <DataTable caption="Streams" columns={COLUMNS} rows={streams} rowKey={({ registration }) => registration.id} />
            );
          }}
        </QueryView>
        <More query={query} label="More streams" />
      </Panel>
      {creating && <NewStream onClose={() => setCreating(false)} />}
    </Page>
  );
}

function Name({ slug, title }: { slug: string; title: string }) {
  return (
    <>
      <Link to="/streams/$slug" params={{ slug }} className="underline decoration-line-strong underline-offset-4 hover:decoration-current">
        {title}
      </Link>
      <span className="block font-mono text-sm font-normal text-text-faint">{slug}</span>
    </>
  );
}

function KeyHint({ hint }: { hint: string | null | undefined }) {
  return hint == null ? <>None</> : <span className="font-mono text-sm">…{hint}</span>;
}
