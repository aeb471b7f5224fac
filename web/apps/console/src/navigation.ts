import type { NavigationEntry } from "@nexus/ui";
import { accountEntries } from "./areas/account/navigation";
import { auditEntries } from "./areas/audit/navigation";
import { clientEntries } from "./areas/clients/navigation";
import { keyEntries } from "./areas/keys/navigation";
import { operationsEntries } from "./areas/operations/navigation";
import { organisationEntries } from "./areas/organisations/navigation";
import { peopleEntries } from "./areas/people/navigation";

/** A place of the console; without the scope it is not offered. */
export interface ConsoleEntry extends NavigationEntry {
  scope?: string;
}

/** Every place of the console, in the order of the rail. */
export const entries: readonly ConsoleEntry[] = [
  ...operationsEntries,
  ...peopleEntries,
  ...organisationEntries,
  ...keyEntries,
  ...clientEntries,
  ...auditEntries,
  ...accountEntries,
];

/** What somebody with these scopes is offered. */
export function allowedEntries(scopes: readonly string[]): readonly ConsoleEntry[] {
  return entries.filter(({ scope }) => scope === undefined || scopes.includes(scope));
}
