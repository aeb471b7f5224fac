import { ApiError } from "@nexus/api";
import { Checkbox, Field, TextArea } from "@nexus/ui";
import { sentence } from "../../data/failure";
import { describeScope } from "../../data/scopes";
import { type ClientSpec, GRANTS } from "./clients";

/** What a client may be allowed. */
const SCOPES = [
  "openid",
  "profile",
  "email",
  "offline_access",
  "streams:read",
  "streams:write",
  "people:read",
  "people:write",
  "organisations:read",
  "organisations:write",
  "audit:read",
  "system:read",
];

interface ClientFieldsProps {
  spec: ClientSpec;
  onChange: (spec: ClientSpec) => void;
  /** A public client has no secret and cannot act by itself. */
  isPublic: boolean;
  error: unknown;
}

/** What an administrator says about a client. */
export function ClientFields({ spec, onChange, isPublic, error }: ClientFieldsProps) {
  const wrong = (field: string): string | undefined => {
    const fault = error instanceof ApiError ? error.field(field) : undefined;
    return fault === undefined ? undefined : sentence(fault);
  };
  const grants = GRANTS.filter(({ value }) => !isPublic || value !== "client_credentials");
  return (
    <>
      <Field
        label="Name"
        hint="People see it when they are asked to let the program in."
        required
        maxLength={120}
        autoComplete="off"
        error={wrong("name")}
        value={spec.name}
        onChange={({ target }) => onChange({ ...spec, name: target.value })}
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">How it gets in</legend>
        {grants.map(({ value, label, detail }) => (
          <Checkbox
            key={value}
            label={label}
            detail={detail}
            checked={spec.grant_types.includes(value)}
            onChange={(checked) => onChange({ ...spec, grant_types: toggled(spec.grant_types, value, checked) })}
          />
        ))}
      </fieldset>
      <TextArea
        label="Redirect addresses"
        hint="One on each line; compared character by character. https, or http on this machine."
        spellCheck={false}
        error={wrong("redirect_uris")}
        value={(spec.redirect_uris ?? []).join("\n")}
        onChange={({ target }) => onChange({ ...spec, redirect_uris: lines(target.value) })}
      />
      <TextArea
        label="Addresses after signing out"
        spellCheck={false}
        rows={2}
        error={wrong("post_logout_redirect_uris")}
        value={(spec.post_logout_redirect_uris ?? []).join("\n")}
        onChange={({ target }) => onChange({ ...spec, post_logout_redirect_uris: lines(target.value) })}
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">What it may do at most</legend>
        <div className="grid gap-x-6 sm:grid-cols-2">
          {SCOPES.map((scope) => (
            <Checkbox
              key={scope}
              label={describeScope(scope)}
              detail={<span className="font-mono">{scope}</span>}
              checked={spec.scopes.includes(scope)}
              onChange={(checked) => onChange({ ...spec, scopes: toggled(spec.scopes, scope, checked) })}
            />
          ))}
        </div>
      </fieldset>
    </>
  );
}

function toggled<T>(all: readonly T[], one: T, present: boolean): T[] {
  const rest = all.filter((other) => other !== one);
  return present ? [...rest, one] : rest;
}

/** Empty lines stay while one types and are dropped when it is sent. */
function lines(text: string): string[] {
  return text === "" ? [] : text.split("\n").map((line) => line.trim());
}

/** A spec as it is sent. */
export function tidied(spec: ClientSpec): ClientSpec {
  return {
    ...spec,
    name: spec.name.trim(),
    redirect_uris: filled(spec.redirect_uris),
    post_logout_redirect_uris: filled(spec.post_logout_redirect_uris),
  };
}

function filled(all: readonly string[] | undefined): string[] {
  return (all ?? []).filter((line) => line !== "");
}
