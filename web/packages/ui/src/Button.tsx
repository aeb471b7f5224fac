import { LoaderCircle } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `strong` for the one thing to do on a page; `plain` for what stands among text or in a row. */
  kind?: ButtonKind;
  /** `small` in rows and tool bars. */
  size?: ButtonSize;
  /** Work is under way: a spinner, and no second click. */
  busy?: boolean;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export type ButtonKind = "strong" | "quiet" | "plain";
export type ButtonSize = "normal" | "small";

const KIND = {
  strong: "bg-(--button-strong-bg) text-(--button-strong-text) enabled:hover:bg-white",
  quiet: "bg-(--button-quiet-bg) text-(--button-quiet-text) enabled:hover:bg-hover",
  plain: "text-(--button-plain-text) enabled:hover:bg-hover enabled:hover:text-text",
};

const SIZE = {
  normal: "min-h-11 px-4 text-[0.9375rem]",
  small: "min-h-9 px-3 text-sm",
};

/** The look of a button, for links that act as one. */
export function buttonClass(kind: ButtonKind = "quiet", size: ButtonSize = "normal"): string {
  return `inline-flex cursor-pointer items-center justify-center gap-2 rounded-control font-medium whitespace-nowrap transition-colors disabled:cursor-default disabled:opacity-60 ${SIZE[size]} ${KIND[kind]}`;
}

export function Button({
  kind = "quiet",
  size = "normal",
  busy = false,
  className = "",
  disabled = false,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={`${buttonClass(kind, size)} ${className}`}
    >
      {busy && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      {children}
    </button>
  );
}
