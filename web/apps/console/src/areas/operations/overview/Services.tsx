import type { GatewaySchemas } from "@nexus/api";
import { Panel, type Status, StatusBadge, useNow } from "@nexus/ui";
import { span } from "../quantities";
import type { ServiceStatus } from "../system";

type Engine = GatewaySchemas["EngineStatus"];

const STATE: Record<ServiceStatus["state"], { status: Status; word: string }> = {
  ready: { status: "normal", word: "Ready" },
  not_ready: { status: "serious", word: "Not ready" },
  away: { status: "serious", word: "Away" },
};

/** Our services and the engines they stand on. */
export function Services({ services, engines }: { services: readonly ServiceStatus[]; engines: readonly Engine[] }) {
  return (
    <Panel title="Services" padding="flush">
      <ul className="divide-y divide-line">
        {services.map((service) => (
          <Service key={service.name} service={service} />
        ))}
        {engines.map(({ name, latency_ms }) => (
          <Row key={name} name={name} detail="Engine" latency={latency_ms}>
            {latency_ms == null ? <StatusBadge status="serious">Away</StatusBadge> : <StatusBadge status="normal">Ready</StatusBadge>}
          </Row>
        ))}
      </ul>
    </Panel>
  );
}

function Service({ service: { title, state, version, started_at, latency_ms, missing } }: { service: ServiceStatus }) {
  const now = useNow(10_000);
  const { status, word } = STATE[state];
  const detail =
    missing.length > 0
      ? `Lacks ${missing.map(({ name, reason }) => (reason == null ? name : `${name}: ${reason}`)).join("; ")}`
      : [
          version == null ? null : `Version ${version}`,
          started_at == null ? null : `up ${span((now - Date.parse(started_at)) / 1_000)}`,
        ]
          .filter((part) => part !== null)
          .join(" · ");
  return (
    <Row name={title} detail={detail} latency={latency_ms}>
      <StatusBadge status={status}>{word}</StatusBadge>
    </Row>
  );
}

interface RowProps {
  name: string;
  detail: string;
  latency: number | null | undefined;
  children: React.ReactNode;
}

function Row({ name, detail, latency, children }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-3.5 sm:px-6">
      <div className="min-w-0 flex-1 basis-40">
        <p className="font-medium">{name}</p>
        <p className="text-sm text-text-faint wrap-anywhere">{detail}</p>
      </div>
      {latency != null && (
        <span className="text-sm text-text-soft">
          <span className="sr-only">answers in </span>
          {latency < 10 ? latency.toFixed(1) : Math.round(latency)} ms
        </span>
      )}
      <span className="basis-24">{children}</span>
    </li>
  );
}
