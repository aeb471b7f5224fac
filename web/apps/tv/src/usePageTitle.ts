import { useEffect } from "react";

const PRODUCT = "Nexus TV";

/** Names the page in the tab, in the history and to screen readers. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    document.title = title === null ? PRODUCT : `${title} · ${PRODUCT}`;
  }, [title]);
}
