import { useEffect, useState } from "react";

const announcements = new EventTarget();

/** Tells screen readers something that sighted viewers see happen. */
export function announce(message: string): void {
  announcements.dispatchEvent(new CustomEvent("announce", { detail: message }));
}

/** The page's one polite live region; mount it once. */
export function Announcer() {
  const [message, setMessage] = useState("");
  useEffect(() => {
    const show = (event: Event): void => setMessage((event as CustomEvent<string>).detail);
    announcements.addEventListener("announce", show);
    return () => announcements.removeEventListener("announce", show);
  }, []);
  return (
    <output aria-live="polite" className="sr-only">
      {message}
    </output>
  );
}
