import { Facts, Panel } from "@nexus/ui";
import { bytes, span } from "../quantities";
import type { SystemStatus } from "../system";
import { Sparkline } from "./Sparkline";

/** The machine that everything runs on. */
export function Machine({ status: { host, process, samples } }: { status: SystemStatus }) {
  return (
    <Panel title="Machine" description="The last five minutes.">
      <div className="grid gap-5 sm:grid-cols-2">
        <Sparkline name="Processor" values={samples.map(({ cpu_percent }) => cpu_percent)} />
        <Sparkline name="Memory" values={samples.map(({ memory_percent }) => memory_percent)} />
      </div>
      <div className="mt-6">
        <Facts
          facts={[
            ["Load", `${host.load.map((average) => average.toFixed(2)).join("  ")} (1, 5, 15 min)`],
            ["Memory", `${bytes(host.memory_available_bytes)} of ${bytes(host.memory_bytes)} available`],
            ["Disk", `${bytes(host.disk_free_bytes)} of ${bytes(host.disk_bytes)} free`],
            ["Our process", `${bytes(process.memory_bytes)} · ${process.threads} threads`],
            ["Up for", span(host.uptime_seconds)],
          ]}
        />
      </div>
    </Panel>
  );
}
