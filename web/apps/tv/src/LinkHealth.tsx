import { announce } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { liveStreams } from "./streams";

/** Says whether the page still hears from the server; shape and word, not colour alone. */
export function LinkHealth() {
  const { isError, data } = useQuery(liveStreams);
  useAnnouncedLoss(isError);
  if (isError) {
    return (
      <span className="flex items-center gap-2 rounded-full border border-dashed border-caution px-3 py-1.5 text-sm font-medium text-caution">
        <WifiOff aria-hidden className="size-4" />
        <span>
          <span className="max-sm:sr-only">Connection lost, </span>reconnecting
        </span>
      </span>
    );
  }
  if (data === undefined) {
    return null;
  }
  const live = data.filter((stream) => stream.state === "live").length;
  return (
    <span className="text-sm text-text-soft">
      {live === 0 ? "Nothing on air" : `${live} on air`}
    </span>
  );
}

function useAnnouncedLoss(lost: boolean): void {
  const before = useRef(lost);
  useEffect(() => {
    if (lost !== before.current) {
      announce(lost ? "Connection lost, reconnecting" : "Connected again");
    }
    before.current = lost;
  }, [lost]);
}
