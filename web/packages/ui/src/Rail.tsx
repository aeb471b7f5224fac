import { byGroup, currentEntry, type NavigationEntry, type ShellLink } from "./navigation";

interface RailProps {
  entries: readonly NavigationEntry[];
  path: string;
  link: ShellLink;
}

/** The places of the app, at the left: icons on a tablet, names on anything wider. */
export function Rail({ entries, path, link: Link }: RailProps) {
  const current = currentEntry(entries, path);
  return (
    <nav
      aria-label="Main"
      className="sticky top-14 flex h-[calc(100dvh-3.5rem)] w-16 flex-col gap-5 overflow-y-auto border-r border-line/70 px-2.5 py-5 max-md:hidden lg:w-58 lg:px-3"
    >
      {byGroup(entries).map(([group, members]) => (
        <div key={group}>
          <p className="mb-1.5 px-3 text-xs font-medium tracking-wide text-text-faint max-lg:sr-only">{group}</p>
          <ul className="space-y-0.5">
            {members.map((entry) => (
              <li key={entry.to}>
                <Link
                  to={entry.to}
                  title={entry.label}
                  aria-current={entry === current ? "page" : undefined}
                  className={`flex min-h-10 items-center gap-3 rounded-control text-[0.9375rem] font-medium transition-colors max-lg:justify-center lg:px-3 ${
                    entry === current ? "bg-raised text-text" : "text-text-soft hover:bg-surface hover:text-text"
                  }`}
                >
                  <entry.icon aria-hidden className="size-[1.125rem] shrink-0" strokeWidth={1.75} />
                  <span className="truncate max-lg:sr-only">{entry.label}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
