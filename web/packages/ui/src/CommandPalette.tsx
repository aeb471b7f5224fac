import { Dialog } from "@base-ui/react/dialog";
import { type LucideIcon, Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { POPUP } from "./popup";
import { rank } from "./rank";

/** Something that can be done from the command palette. */
export interface Command {
  label: string;
  icon: LucideIcon;
  group: string;
  keywords?: string;
  run: () => void;
}

interface CommandPaletteProps {
  open: boolean;
  onClose: () => void;
  commands: readonly Command[];
}

/** Everything by name, with the keyboard: Ctrl-K, a few letters, Enter. */
export function CommandPalette({ open, onClose, commands }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-70 bg-(--backdrop)" />
        <Dialog.Viewport className="fixed inset-0 z-70 flex items-start justify-center p-3 sm:pt-[14dvh]">
          <Dialog.Popup className={`${POPUP} flex max-h-[min(70dvh,32rem)] w-full max-w-xl flex-col overflow-hidden`}>
            <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
            <Palette commands={commands} onClose={onClose} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ commands, onClose }: Omit<CommandPaletteProps, "open">) {
  const id = useId();
  const [query, setQuery] = useState("");
  const [index, setIndex] = useState(0);
  const found = rank(commands, query);
  const selected = found[Math.min(index, found.length - 1)];
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });

  const run = (command: Command | undefined): void => {
    if (command !== undefined) {
      onClose();
      command.run();
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setIndex((Math.min(index, found.length - 1) + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(selected);
    }
  };

  return (
    <>
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search aria-hidden className="size-[1.125rem] shrink-0 text-text-soft" />
        <input
          role="combobox"
          // What is typed right after Ctrl-K belongs here, not to the page.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={selected === undefined ? undefined : `${id}-${commands.indexOf(selected)}`}
          aria-label="Search pages and commands"
          placeholder="Go to a page or do something"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={({ target }) => {
            setQuery(target.value);
            setIndex(0);
          }}
          onKeyDown={onKey}
          className="h-14 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-text-faint"
        />
      </div>
      {/* A list that is narrowed down while one types is no native select. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Results" className="min-h-0 overflow-y-auto p-2">
        {found.map((command) => (
          // The keyboard stays in the text field, which names the selected option.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={`${command.group} ${command.label}`}
            id={`${id}-${commands.indexOf(command)}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="option"
            tabIndex={-1}
            aria-selected={command === selected}
            onClick={() => run(command)}
            onPointerMove={() => setIndex(found.indexOf(command))}
            className="flex min-h-11 cursor-pointer items-center gap-3 rounded-control px-3 text-[0.9375rem] aria-selected:bg-hover"
          >
            <command.icon aria-hidden className="size-[1.125rem] shrink-0 text-text-soft" strokeWidth={1.75} />
            <span className="flex-1 truncate">{command.label}</span>
            <span className="text-sm text-text-soft">{command.group}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="px-4 pb-5 text-center text-[0.9375rem] text-text-soft">Nothing is called that.</p>}
    </>
  );
}
