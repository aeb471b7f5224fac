import type { ButtonHTMLAttributes, ReactNode } from "react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `strong` for the one thing to do on a page. */
  kind?: "strong" | "quiet";
  children: ReactNode;
}

const KIND = {
  strong: "bg-(--button-strong-bg) text-(--button-strong-text) hover:bg-white",
  quiet: "bg-(--button-quiet-bg) text-(--button-quiet-text) hover:bg-hover",
};

export function Button({ kind = "quiet", className = "", children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`inline-flex min-h-11 cursor-pointer items-center justify-center gap-2 rounded-control px-4 text-[0.9375rem] font-medium transition-colors ${KIND[kind]} ${className}`}
    >
      {children}
    </button>
  );
}
