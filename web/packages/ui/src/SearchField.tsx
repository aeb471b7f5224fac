import { Search } from "lucide-react";
import type { InputHTMLAttributes } from "react";

interface SearchFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
}

/** Narrows a list down while one types. */
export function SearchField({ label, className = "", ...rest }: SearchFieldProps) {
  return (
    <div className={`relative min-w-0 ${className}`}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3.5 size-4 -translate-y-1/2 text-text-soft" />
      <input
        type="search"
        autoComplete="off"
        spellCheck={false}
        placeholder={label}
        {...rest}
        aria-label={label}
        className="h-11 w-full rounded-control border border-(--field-line) bg-(--field-bg) pr-3.5 pl-10 text-base placeholder:text-text-faint"
      />
    </div>
  );
}
