import type { Stream } from "@nexus/api";
import { Link } from "@tanstack/react-router";
import { facts } from "@nexus/player/format";
import { StreamPicture } from "./StreamPicture";

/** One stream in the grid. */
export function StreamCard({ stream }: { stream: Stream }) {
  return (
    <Link
      to="/watch/$slug"
      params={{ slug: stream.slug }}
      className="group block animate-rise rounded-panel"
    >
      <StreamPicture
        stream={stream}
        className="ring-1 ring-line transition-shadow group-hover:ring-2 group-hover:ring-text-soft"
      />
      <h3 className="mt-3 truncate text-base font-semibold tracking-tight">{stream.title}</h3>
      <p className="mt-0.5 truncate text-sm text-text-soft">{facts(stream).join(" · ") || "Waiting for the first picture"}</p>
    </Link>
  );
}
