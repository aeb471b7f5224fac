import { announce, Button } from "@nexus/ui";
import { Check, Link2 } from "lucide-react";
import { useEffect, useState } from "react";

const CONFIRMATION_MS = 2_000;

/** Hands the page's address on: the system's share sheet on a phone, the clipboard elsewhere. */
export function ShareButton({ title }: { title: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = setTimeout(() => setCopied(false), CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const share = async (): Promise<void> => {
    const url = window.location.href;
    if (navigator.maxTouchPoints > 0 && "share" in navigator) {
      await navigator.share({ title, url }).catch(() => undefined);
      return;
    }
    await navigator.clipboard.writeText(url);
    setCopied(true);
    announce("Link copied");
  };

  return (
    <Button onClick={() => void share()}>
      {copied ? <Check aria-hidden className="size-4" /> : <Link2 aria-hidden className="size-4" />}
      {copied ? "Copied" : "Copy link"}
    </Button>
  );
}
