import "./mediaChrome";
import "./player.css";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Controls } from "./Controls";
import type { Broadcast } from "./machine";
import { PhaseScreen } from "./PhaseScreen";
import { PlayerSession } from "./session";
import { handleShortcut } from "./shortcuts";
import type { Snapshot } from "./snapshot";
import { StatsPanel } from "./StatsPanel";

export interface PlayerProps {
  /** Address of the multivariant playlist; null while it is not known yet. */
  src: string | null;
  title: string;
  /** What the server says about the stream now. */
  broadcast: Broadcast;
  /** Begins without sound: who looks after a stream may have it on in the room. */
  muted?: boolean;
  /** Called whenever the player's state or figures change. */
  onChange?: (snapshot: Snapshot) => void;
}

/** A live player: picture, controls, shortcuts, and recovery from whatever the network does. */
export function Player({ src, title, broadcast, muted = false, onChange }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLElement>(null);
  const [session, setSession] = useState<PlayerSession | null>(null);

  useEffect(() => {
    if (video.current === null || src === null) {
      return undefined;
    }
    const created = new PlayerSession(video.current, src);
    setSession(created);
    return () => {
      setSession(null);
      created.destroy();
    };
  }, [src]);

  useEffect(() => session?.setBroadcast(broadcast), [session, broadcast]);

  return (
    <media-controller
      ref={frame}
      class="nx-player"
      nohotkeys
      nomutedpref
      defaultstreamtype="live"
      autohide="3"
      aria-label={`Player: ${title}`}
    >
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- captions of a live stream come inside it */}
      <video ref={video} slot="media" playsInline muted={muted} aria-label={title} />
      {session !== null && (
        <Overlay session={session} frame={frame} title={title} onChange={onChange} />
      )}
    </media-controller>
  );
}

interface OverlayProps {
  session: PlayerSession;
  frame: React.RefObject<HTMLElement | null>;
  title: string;
  onChange: ((snapshot: Snapshot) => void) | undefined;
}

function Overlay({ session, frame, title, onChange }: OverlayProps) {
  const snapshot = useSyncExternalStore(session.subscribe, session.snapshot);
  const [statsShown, setStatsShown] = useState(false);
  const toggleStats = useCallback(() => setStatsShown((shown) => !shown), []);

  useEffect(() => onChange?.(snapshot), [onChange, snapshot]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void =>
      handleShortcut(event, session, frame.current, toggleStats);
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [session, frame, toggleStats]);

  return (
    <>
      <PhaseScreen snapshot={snapshot} title={title} onRetry={session.retry} onUnmute={session.toggleMute} />
      {statsShown && <StatsPanel snapshot={snapshot} onClose={toggleStats} />}
      <Controls snapshot={snapshot} onGoLive={session.goLive} statsShown={statsShown} onToggleStats={toggleStats} />
    </>
  );
}
