import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { Dialog } from "./Dialog";
import { byGroup, currentEntry, type NavigationEntry, type ShellLink } from "./navigation";

/** With one more for the rest: five fit under the thumb of a narrow phone. */
const SHOWN = 4;

interface BottomBarProps {
  entries: readonly NavigationEntry[];
  path: string;
  link: ShellLink;
}

/** The places of the app on a phone: the first ones, and the rest behind one more. */
export function BottomBar({ entries, path, link: Link }: BottomBarProps) {
  const [more, setMore] = useState(false);
  const current = currentEntry(entries, path);
  const fits = entries.length <= SHOWN + 1;
  const shown = fits ? entries : entries.slice(0, SHOWN);
  const hidden = !fits && current !== undefined && !shown.includes(current);
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-40 grid h-16 auto-cols-fr grid-flow-col border-t border-line bg-ground/95 backdrop-blur-md md:hidden"
    >
      {shown.map((entry) => (
        <Link
          key={entry.to}
          to={entry.to}
          aria-current={entry === current ? "page" : undefined}
          className={`${ITEM} ${entry === current ? "text-text" : "text-text-soft"}`}
        >
          <entry.icon aria-hidden className="size-5" strokeWidth={entry === current ? 2.25 : 1.75} />
          <span className="max-w-full truncate">{entry.short ?? entry.label}</span>
        </Link>
      ))}
      {!fits && (
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => setMore(true)}
          className={`${ITEM} cursor-pointer ${hidden ? "text-text" : "text-text-soft"}`}
        >
          <Ellipsis aria-hidden className="size-5" />
          More
        </button>
      )}
      <Dialog open={more} onClose={() => setMore(false)} title="Go to">
        {byGroup(entries).map(([group, members]) => (
          <div key={group}>
            <p className="mb-1 text-xs font-medium tracking-wide text-text-faint">{group}</p>
            <ul>
              {members.map((entry) => (
                <li key={entry.to}>
                  <Link
                    to={entry.to}
                    onClick={() => setMore(false)}
                    aria-current={entry === current ? "page" : undefined}
                    className="-mx-2 flex min-h-11 items-center gap-3 rounded-control px-2 text-base aria-[current]:bg-hover"
                  >
                    <entry.icon aria-hidden className="size-5 text-text-soft" strokeWidth={1.75} />
                    {entry.label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </Dialog>
    </nav>
  );
}

const ITEM = "flex min-w-0 flex-col items-center justify-center gap-1 px-1 text-xs font-medium";
