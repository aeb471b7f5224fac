import type { LucideIcon } from "lucide-react";
import type { ComponentType, ReactNode } from "react";

/** A place of the app, in the rail and in the command palette. */
export interface NavigationEntry {
  to: string;
  label: string;
  /** The same where there is little room. */
  short?: string;
  icon: LucideIcon;
  /** Entries of one group stand together under its name. */
  group: string;
  /** Other words that somebody may look for it by. */
  keywords?: string;
}

export interface ShellLinkProps {
  to: string;
  className?: string;
  title?: string;
  onClick?: () => void;
  "aria-current"?: "page" | undefined;
  "aria-label"?: string;
  children: ReactNode;
}

/** The app's own link, which goes somewhere without loading the page anew. */
export type ShellLink = ComponentType<ShellLinkProps>;

/** The entry that a path belongs to: the one with the longest matching address. */
export function currentEntry(entries: readonly NavigationEntry[], path: string): NavigationEntry | undefined {
  return entries
    .filter(({ to }) => path === to || path.startsWith(to.endsWith("/") ? to : `${to}/`))
    .toSorted((a, b) => b.to.length - a.to.length)[0];
}

/** Entries by group, both in the order in which they come. */
export function byGroup(entries: readonly NavigationEntry[]): ReadonlyArray<readonly [string, readonly NavigationEntry[]]> {
  const groups = new Map<string, NavigationEntry[]>();
  for (const entry of entries) {
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  }
  return [...groups];
}
