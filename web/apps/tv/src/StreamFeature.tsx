import type { Stream } from "@nexus/api";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { facts } from "@nexus/player/format";
import { StreamPicture } from "./StreamPicture";

/** The newest stream, large. */
export function StreamFeature({ stream }: { stream: Stream }) {
  return (
    <Link
      to="/watch/$slug"
      params={{ slug: stream.slug }}
      className="group grid animate-rise items-center gap-6 rounded-panel lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)] lg:gap-10"
    >
      <StreamPicture
        stream={stream}
        className="ring-1 ring-line transition-shadow group-hover:ring-2 group-hover:ring-text-soft"
      />
      <div className="min-w-0">
        <h2 className="text-3xl leading-[1.1] font-semibold tracking-tight text-balance wrap-anywhere sm:text-4xl xl:text-5xl">
          {stream.title}
        </h2>
        <p className="mt-4 text-base text-text-soft sm:text-lg">
          {facts(stream).join(" · ") || "Waiting for the first picture"}
        </p>
        <span className="mt-7 inline-flex min-h-12 items-center gap-2.5 rounded-control bg-(--button-strong-bg) px-5 text-base font-semibold text-(--button-strong-text) transition-colors group-hover:bg-white">
          <Play aria-hidden className="size-5 fill-current" />
          Watch live
        </span>
      </div>
    </Link>
  );
}
