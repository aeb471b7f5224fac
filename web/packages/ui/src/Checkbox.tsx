import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check } from "lucide-react";
import { type ReactNode, useId } from "react";

interface CheckboxProps {
  label: ReactNode;
  /** What ticking it means. */
  detail?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** A tick, with the whole line to click on. */
export function Checkbox({ label, detail, checked, onChange, disabled = false }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-3 py-1.5">
      <Base.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-labelledby={`${id}-label`}
        className="mt-px grid size-6 shrink-0 cursor-pointer place-items-center rounded-[0.375rem] border border-(--field-line) bg-(--field-bg) data-checked:border-text data-checked:bg-text data-disabled:opacity-60"
      >
        <Base.Indicator className="text-ground">
          <Check aria-hidden className="size-4" strokeWidth={3} />
        </Base.Indicator>
      </Base.Root>
      <label id={`${id}-label`} htmlFor={id} className="cursor-pointer text-[0.9375rem] leading-6">
        {label}
        {detail !== undefined && <span className="block text-sm leading-snug text-text-faint">{detail}</span>}
      </label>
    </div>
  );
}
