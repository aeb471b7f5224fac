import { announce } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { onAir } from "./OnAirLamp";

/** Says when the console does not hear from the server; silent while all is well. */
export function LinkHealth() {
  const { isError } = useQuery(onAir);
  const before = useRef(isError);
  useEffect(() => {
    if (isError !== before.current) {
      announce(isError ? "Connection lost, reconnecting" : "Connected again");
    }
    before.current = isError;
  }, [isError]);
  return isError ? (
    <span className="flex items-center gap-2 rounded-full border border-dashed border-caution px-3 py-1 text-sm font-medium text-caution">
      <WifiOff aria-hidden className="size-4" />
      <span className="max-sm:sr-only">Reconnecting</span>
    </span>
  ) : null;
}
