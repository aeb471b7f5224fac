import { CircleAlert, LoaderCircle, RadioTower, VolumeX, WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import type { Snapshot } from "./snapshot";
import { screenFor, type Screen } from "./screen";

interface PhaseScreenProps {
  snapshot: Snapshot;
  title: string;
  onRetry: () => void;
  onUnmute: () => void;
}

const ICON = { spinner: LoaderCircle, tower: RadioTower, network: WifiOff, alert: CircleAlert };
/** A hiccup shorter than this is over before it could be read. */
const PATIENCE_MS = 700;

/** What lies over the picture when it is not simply playing. */
export function PhaseScreen({ snapshot, title, onRetry, onUnmute }: PhaseScreenProps) {
  const screen = useSettled(screenFor(snapshot.phase, snapshot.broadcast, title));
  return (
    <div slot="centered-chrome" {...{ noautohide: "" }} className="nx-screen" data-shade={screen?.shade ?? "none"}>
      {screen !== null && <Message screen={screen} onRetry={onRetry} />}
      {screen === null && snapshot.muteForced && (
        <button type="button" className="nx-unmute" onClick={onUnmute}>
          <VolumeX aria-hidden className="size-5" />
          Tap for sound
        </button>
      )}
      <output className="sr-only">{screen?.headline ?? ""}</output>
    </div>
  );
}

function Message({ screen, onRetry }: { screen: Screen; onRetry: () => void }) {
  const Icon = ICON[screen.icon];
  return (
    <div className="nx-message">
      <Icon aria-hidden className={`size-9 ${screen.icon === "spinner" ? "animate-spin" : ""}`} strokeWidth={1.5} />
      <p className="nx-message-headline">{screen.headline}</p>
      {screen.detail !== null && <p className="nx-message-detail">{screen.detail}</p>}
      {screen.canRetry && (
        <button type="button" className="nx-retry" onClick={onRetry}>
          Try again now
        </button>
      )}
    </div>
  );
}

/** The screen, unless it is a message over the picture that has not lasted yet. */
function useSettled(screen: Screen | null): Screen | null {
  const passing = screen?.shade === "light";
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    if (!passing) {
      return undefined;
    }
    const timer = setTimeout(() => setLasted(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLasted(false);
    };
  }, [passing]);
  return passing && !lasted ? null : screen;
}
