import { announce, Announcer } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { LinkHealth } from "./LinkHealth";
import { liveStreams } from "./streams";
import { Wordmark } from "./Wordmark";

/** What every page has around it. */
export function Shell() {
  const main = useFocusOnNavigation();
  const { data } = useQuery(liveStreams);
  useAnnouncedArrivals(data?.map((stream) => stream.title));
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-control bg-text px-4 py-3 font-medium text-ground focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-40 border-b border-line/70 bg-ground/90 backdrop-blur-md">
        <div className="mx-auto flex h-16 max-w-[150rem] items-center gap-4 px-4 sm:px-8">
          <Link to="/" className="-ml-1 rounded-control px-1 py-1.5" aria-label="Nexus TV, live now">
            <Wordmark />
          </Link>
          <span className="flex-1" />
          <LinkHealth />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className="mx-auto w-full max-w-[150rem] flex-1 px-4 py-6 outline-none sm:px-8 sm:py-8">
        <Outlet />
      </main>
      <Announcer />
    </div>
  );
}

/** A new page starts at its content, for the keyboard too. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const previous = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (previous.current !== undefined && path !== previous.current) {
      main.current?.focus({ preventScroll: true });
    }
    previous.current = path;
  }, [path]);
  return main;
}

function useAnnouncedArrivals(titles: readonly string[] | undefined): void {
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (titles === undefined) {
      return;
    }
    const arrived = titles.filter((title) => known.current !== null && !known.current.has(title));
    known.current = new Set(titles);
    if (arrived.length > 0) {
      announce(`${arrived.join(", ")} ${arrived.length === 1 ? "is" : "are"} live now`);
    }
  }, [titles]);
}
