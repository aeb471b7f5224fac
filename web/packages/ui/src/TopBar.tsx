import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { Clock } from "./Clock";
import type { ShellLink } from "./navigation";
import { Wordmark } from "./Wordmark";

interface TopBarProps {
  app: string;
  link: ShellLink;
  status: ReactNode;
  user: ReactNode;
  onSearch: () => void;
}

export function TopBar({ app, link: Link, status, user, onSearch }: TopBarProps) {
  return (
    <header className="sticky top-0 z-40 col-span-full border-b border-line/70 bg-ground/90 backdrop-blur-md">
      <div className="flex h-14 items-center gap-2 px-3 sm:gap-3 sm:px-4">
        <Link to="/" className="rounded-control px-1 py-1.5" aria-label={`Nexus ${app}, start page`}>
          <Wordmark app={app} />
        </Link>
        <span className="flex-1" />
        {status}
        <button
          type="button"
          onClick={onSearch}
          className="flex h-9 cursor-pointer items-center gap-2.5 rounded-control border border-line bg-surface px-2.5 text-sm text-text-soft transition-colors hover:bg-hover hover:text-text"
        >
          <Search aria-hidden className="size-4" />
          <span className="max-lg:sr-only">Search</span>
          <kbd className="rounded-[0.25rem] border border-line-strong px-1.5 font-sans text-xs leading-5 max-lg:sr-only">Ctrl K</kbd>
        </button>
        <Clock />
        {user}
      </div>
    </header>
  );
}
