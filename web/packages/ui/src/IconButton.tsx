import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon;
  /** What it does, for who does not see the icon, and as its tooltip. */
  label: string;
  ref?: Ref<HTMLButtonElement>;
}

/** A button that is an icon; square, large enough for a thumb. */
export function IconButton({ icon: Icon, label, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={`grid size-10 shrink-0 cursor-pointer place-items-center rounded-control text-text-soft transition-colors hover:bg-hover hover:text-text ${className}`}
    >
      <Icon aria-hidden className="size-[1.125rem]" strokeWidth={1.75} />
    </button>
  );
}
