import { Button, Field, SearchField, Select } from "@nexus/ui";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { AuditFilter } from "./filter";

const OUTCOMES = [
  { value: "any", label: "Any outcome" },
  { value: "success", label: "Done" },
  { value: "failure", label: "Refused" },
] as const;

/** Narrows the log down; what is set stands in the address. */
export function AuditFilters({ filter }: { filter: AuditFilter }) {
  const navigate = useNavigate({ from: "/audit" });
  const [text, setText] = useState(filter.text ?? "");
  const [action, setAction] = useState(filter.action ?? "");
  const set = (change: { [K in keyof AuditFilter]: AuditFilter[K] | undefined }): void => {
    // The route drops what is empty.
    void navigate({ search: (before) => ({ ...before, ...change }) as AuditFilter, replace: true });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    set({ text, action });
  };
  const clear = (): void => {
    setText("");
    setAction("");
    void navigate({ search: {}, replace: true });
  };
  return (
    <search aria-label="Audit log">
      <form onSubmit={submit} className="grid items-end gap-4 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_10.5rem_9.5rem_9.5rem_auto] xl:gap-3 2xl:grid-cols-[2fr_2fr_12rem_11rem_11rem_auto]">
        <div>
          <p aria-hidden className="mb-1.5 text-sm font-medium">Details</p>
          <SearchField label="Words in the details" value={text} onChange={({ target }) => setText(target.value)} />
        </div>
        <Field label="Action" placeholder="session.*" autoComplete="off" spellCheck={false} value={action} onChange={({ target }) => setAction(target.value)} />
        <Select
          label="Outcome"
          options={OUTCOMES}
          value={filter.outcome ?? "any"}
          onChange={(outcome) => set({ outcome: outcome === "any" ? undefined : outcome })}
        />
        <Field label="From" type="date" value={filter.from ?? ""} onChange={({ target }) => set({ from: target.value })} />
        <Field label="Until" type="date" value={filter.until ?? ""} onChange={({ target }) => set({ until: target.value })} />
        <div className="flex gap-2">
          <Button type="submit" className="flex-1">Search</Button>
          {Object.keys(filter).length > 0 && <Button kind="plain" onClick={clear}>Clear</Button>}
        </div>
      </form>
    </search>
  );
}
