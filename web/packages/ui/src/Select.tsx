import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { FieldFrame, useIds } from "./Field";
import { POPUP } from "./popup";

export interface Option<T extends string> {
  value: T;
  label: string;
  /** What choosing it means. */
  detail?: string;
}

interface SelectProps<T extends string> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
  disabled?: boolean;
  className?: string;
}

/** One of a few. */
export function Select<T extends string>({ label, hint, error, options, value, onChange, disabled = false, className = "" }: SelectProps<T>) {
  const ids = useIds(hint, error);
  return (
    <FieldFrame ids={ids} label={label} hint={hint} error={error} className={className}>
      <Base.Root
        items={options.map(({ value: item, label: name }) => ({ value: item, label: name }))}
        value={value}
        disabled={disabled}
        onValueChange={(next) => next !== null && onChange(next)}
      >
        <Base.Trigger
          {...ids.control}
          aria-labelledby={ids.label}
          className="flex h-11 w-full cursor-pointer items-center justify-between gap-3 rounded-control border border-(--field-line) bg-(--field-bg) px-3.5 text-left text-base data-disabled:cursor-default data-disabled:opacity-60"
        >
          <Base.Value className="truncate" />
          <Base.Icon>
            <ChevronsUpDown aria-hidden className="size-4 text-text-soft" />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-60">
            <Base.Popup className={`${POPUP} max-h-[min(24rem,var(--available-height))] min-w-(--anchor-width) overflow-y-auto p-1`}>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  className="flex min-h-10 cursor-pointer items-start gap-2.5 rounded-control px-2.5 py-2 text-[0.9375rem] outline-none data-highlighted:bg-hover"
                >
                  <span className="grid size-5 shrink-0 place-items-center">
                    <Base.ItemIndicator>
                      <Check aria-hidden className="size-4" />
                    </Base.ItemIndicator>
                  </span>
                  <span>
                    <Base.ItemText>{option.label}</Base.ItemText>
                    {option.detail !== undefined && (
                      <span className="block text-sm text-text-soft">{option.detail}</span>
                    )}
                  </span>
                </Base.Item>
              ))}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </FieldFrame>
  );
}
