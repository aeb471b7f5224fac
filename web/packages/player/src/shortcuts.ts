import type { PlayerSession } from "./session";

const STEP_S = 5;
const VOLUME_STEP = 0.1;

/** The player's keys; they work anywhere on the page except where the key already means something. */
export function handleShortcut(
  event: KeyboardEvent,
  session: PlayerSession,
  frame: HTMLElement | null,
  toggleStats: () => void,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTakenBy(event)) {
    return;
  }
  const act = actionFor(event.key, session, frame, toggleStats);
  if (act !== null) {
    event.preventDefault();
    act();
  }
}

function actionFor(
  key: string,
  session: PlayerSession,
  frame: HTMLElement | null,
  toggleStats: () => void,
): (() => void) | null {
  switch (key) {
    case " ":
    case "k":
      return session.togglePlay;
    case "m":
      return session.toggleMute;
    case "f":
      return () => void toggleFullscreen(frame);
    case "l":
      return session.goLive;
    case "i":
      return toggleStats;
    case "ArrowLeft":
      return () => session.seekBy(-STEP_S);
    case "ArrowRight":
      return () => session.seekBy(STEP_S);
    case "ArrowUp":
      return () => changeVolume(session.media, VOLUME_STEP);
    case "ArrowDown":
      return () => changeVolume(session.media, -VOLUME_STEP);
    default:
      return null;
  }
}

/** Text fields keep every key, buttons and links keep space, sliders keep the arrows. */
function isTakenBy(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  if (target.matches("input:not([type=range]), textarea, select, [contenteditable]")) {
    return true;
  }
  if (event.key === " ") {
    return target.closest("button, a, summary, [role=button], [role=link]") !== null;
  }
  return event.key.startsWith("Arrow") && target.matches("input[type=range], [role=slider]");
}

async function toggleFullscreen(frame: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement === null) {
    await frame?.requestFullscreen();
  } else {
    await document.exitFullscreen();
  }
}

function changeVolume(media: HTMLMediaElement, by: number): void {
  media.volume = Math.min(1, Math.max(0, media.volume + by));
  media.muted = media.volume === 0;
}
