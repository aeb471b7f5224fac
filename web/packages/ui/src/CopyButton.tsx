import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { announce } from "./Announcer";
import { Button, type ButtonKind, type ButtonSize } from "./Button";

const CONFIRMATION_MS = 2_000;

interface CopyButtonProps {
  value: string;
  /** What is copied: `Copy key`. */
  label?: string;
  kind?: ButtonKind;
  size?: ButtonSize;
}

/** Puts a value on the clipboard and says so. */
export function CopyButton({ value, label = "Copy", kind = "quiet", size = "small" }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = setTimeout(() => setCopied(false), CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    announce("Copied");
  };
  const Icon = copied ? Check : Copy;
  return (
    <Button kind={kind} size={size} onClick={() => void copy()}>
      <Icon aria-hidden className="size-4" />
      {copied ? "Copied" : label}
    </Button>
  );
}
