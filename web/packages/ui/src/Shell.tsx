import { type ReactNode, useEffect, useRef, useState } from "react";
import { Announcer } from "./Announcer";
import { BottomBar } from "./BottomBar";
import { type Command, CommandPalette } from "./CommandPalette";
import type { NavigationEntry, ShellLink } from "./navigation";
import { Rail } from "./Rail";
import { TopBar } from "./TopBar";

export interface ShellProps {
  /** Name of the app beside the mark: `Console`. */
  app: string;
  entries: readonly NavigationEntry[];
  /** Path of the page that is shown. */
  path: string;
  link: ShellLink;
  /** Goes to an entry that was chosen in the command palette. */
  onGo: (to: string) => void;
  /** On-air lamp, alarms, link health. */
  status?: ReactNode;
  /** The user menu. */
  user: ReactNode;
  /** What the command palette offers besides the entries. */
  commands?: readonly Command[];
  children: ReactNode;
}

const NO_COMMANDS: readonly Command[] = [];

/** What every page of every app has around it. */
export function Shell({ app, entries, path, link, onGo, status, user, commands = NO_COMMANDS, children }: ShellProps) {
  const main = useFocusOnNavigation(path);
  const [palette, setPalette] = useState(false);
  usePaletteKey(() => setPalette(true));
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr] pb-16 md:grid-cols-[auto_1fr] md:pb-0">
      <a
        href="#main"
        className="fixed top-2 left-2 z-80 -translate-y-20 rounded-control bg-text px-4 py-3 font-medium text-ground focus:translate-y-0"
      >
        Skip to content
      </a>
      <TopBar app={app} link={link} status={status} user={user} onSearch={() => setPalette(true)} />
      <Rail entries={entries} path={path} link={link} />
      <main id="main" ref={main} tabIndex={-1} className="min-w-0 px-4 py-6 outline-none sm:px-8 sm:py-8">
        <div className="mx-auto w-full max-w-[96rem]">{children}</div>
      </main>
      <BottomBar entries={entries} path={path} link={link} />
      <CommandPalette
        open={palette}
        onClose={() => setPalette(false)}
        commands={[
          ...entries.map(({ to, label, icon, group, keywords }) => ({
            label,
            icon,
            group,
            keywords: keywords ?? "",
            run: () => onGo(to),
          })),
          ...commands,
        ]}
      />
      <Announcer />
    </div>
  );
}

/** A new page starts at its content, for the keyboard too. */
function useFocusOnNavigation(path: string) {
  const main = useRef<HTMLElement>(null);
  const previous = useRef(path);
  useEffect(() => {
    if (path !== previous.current) {
      main.current?.focus({ preventScroll: true });
    }
    previous.current = path;
  }, [path]);
  return main;
}

function usePaletteKey(onOpen: () => void): void {
  const latest = useRef(onOpen);
  useEffect(() => {
    latest.current = onOpen;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        latest.current();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
