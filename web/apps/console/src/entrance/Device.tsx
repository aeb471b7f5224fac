import { type GatewaySchemas, take } from "@nexus/api";
import { Button, Field, FormError } from "@nexus/ui";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Check, CircleCheck, CircleSlash } from "lucide-react";
import { type FormEvent, useState } from "react";
import { publicGateway } from "../data/clients";
import { failureOf } from "../data/failure";
import { describeScope } from "../data/scopes";
import { EntranceCard } from "./EntranceCard";

type DeviceRequest = GatewaySchemas["DeviceRequest"];

/** A camera box, encoder or television shows a code; whoever types it in here signs that device in. */
export function Device() {
  const { user_code: given = "" } = useSearch({ from: "/entrance/device" });
  const [code, setCode] = useState(given);
  const find = useMutation({
    mutationFn: () => take(publicGateway.POST("/api/v1/interaction/device", { body: { user_code: code } })),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    find.mutate();
  };
  if (find.data !== undefined) {
    return <Decision request={find.data} />;
  }
  const failure = failureOf(find);
  return (
    <EntranceCard title="Connect a device" description="Enter the code that the device shows. Only do this for a device that is in front of you.">
      <form onSubmit={submit} className="space-y-5">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <Field
          label="Code"
          name="code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          required
          value={code}
          onChange={({ target }) => setCode(target.value.toUpperCase())}
        />
        <Button kind="strong" type="submit" className="w-full" busy={find.isPending}>
          Go on
        </Button>
      </form>
    </EntranceCard>
  );
}

function Decision({ request: { client, scopes, user_code } }: { request: DeviceRequest }) {
  const decide = useMutation({
    mutationFn: (decision: "allow" | "deny") =>
      take(publicGateway.POST("/api/v1/interaction/device/decision", { body: { user_code, decision } })),
  });
  if (decide.isSuccess) {
    const allowed = decide.variables === "allow";
    const Icon = allowed ? CircleCheck : CircleSlash;
    return (
      <EntranceCard
        title={allowed ? "The device is connected" : "The device was not connected"}
        description={allowed ? `${client.name} goes on by itself in a few seconds. You can close this page.` : "Nothing was allowed. You can close this page."}
      >
        <Icon aria-hidden className={`size-12 ${allowed ? "text-normal" : "text-text-soft"}`} strokeWidth={1.5} />
      </EntranceCard>
    );
  }
  const failure = failureOf(decide);
  return (
    <EntranceCard title={`Connect ${client.name}?`} description={<>The device must show the code <strong className="font-mono text-text">{user_code}</strong>.</>}>
      <div className="space-y-6">
        {failure !== undefined && <FormError>{failure}</FormError>}
        <div>
          <p className="text-base">It asks to:</p>
          <ul className="mt-3 space-y-2.5">
            {scopes.map((scope) => (
              <li key={scope} className="flex items-start gap-3 text-[0.9375rem] text-text-soft">
                <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-text" />
                {describeScope(scope)}
              </li>
            ))}
          </ul>
        </div>
        <div className="flex gap-3 *:flex-1">
          <Button disabled={decide.isPending} onClick={() => decide.mutate("deny")}>
            Do not connect
          </Button>
          <Button kind="strong" busy={decide.isPending} onClick={() => decide.mutate("allow")}>
            Connect
          </Button>
        </div>
      </div>
    </EntranceCard>
  );
}
