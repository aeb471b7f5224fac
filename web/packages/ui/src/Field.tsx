import { CircleAlert, Eye, EyeOff } from "lucide-react";
import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useId, useState } from "react";

interface Described {
  label: string;
  /** What to enter, under the label. */
  hint?: ReactNode;
  /** What is wrong with the value, and what would be right. */
  error?: string | undefined;
}

interface FieldProps extends Described, InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>;
}

const CONTROL =
  "w-full min-w-0 rounded-control border bg-(--field-bg) px-3.5 text-base text-text placeholder:text-text-faint disabled:opacity-60 aria-invalid:border-(--field-line-wrong) border-(--field-line)";

/** A labelled line of text. */
export function Field({ label, hint, error, className = "", ...rest }: FieldProps) {
  const ids = useIds(hint, error, rest.id);
  return (
    <FieldFrame ids={ids} label={label} hint={hint} error={error} className={className}>
      <input {...rest} {...ids.control} className={`${CONTROL} h-11`} />
    </FieldFrame>
  );
}

interface PasswordFieldProps extends Omit<FieldProps, "type"> {
  autoComplete: "current-password" | "new-password";
}

/** A password, which can be looked at. */
export function PasswordField({ label, hint, error, className = "", ...rest }: PasswordFieldProps) {
  const ids = useIds(hint, error, rest.id);
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <FieldFrame ids={ids} label={label} hint={hint} error={error} className={className}>
      <div className="relative">
        <input
          spellCheck={false}
          autoCapitalize="none"
          {...rest}
          {...ids.control}
          type={shown ? "text" : "password"}
          className={`${CONTROL} h-11 pr-12`}
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label="Show password"
          title={shown ? "Hide password" : "Show password"}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0.5 right-0.5 grid w-10 cursor-pointer place-items-center rounded-control text-text-soft hover:text-text"
        >
          <Icon aria-hidden className="size-[1.125rem]" />
        </button>
      </div>
    </FieldFrame>
  );
}

interface TextAreaProps extends Described, TextareaHTMLAttributes<HTMLTextAreaElement> {}

/** Several lines of text. */
export function TextArea({ label, hint, error, className = "", ...rest }: TextAreaProps) {
  const ids = useIds(hint, error, rest.id);
  return (
    <FieldFrame ids={ids} label={label} hint={hint} error={error} className={className}>
      <textarea rows={3} {...rest} {...ids.control} className={`${CONTROL} py-2.5 leading-relaxed`} />
    </FieldFrame>
  );
}

interface Ids {
  label: string;
  hint: string;
  error: string;
  control: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };
}

/** Ties label, hint and error to the control. */
export function useIds(hint: ReactNode, error: string | undefined, own?: string): Ids {
  const made = useId();
  const id = own ?? made;
  const described = [hint === undefined ? "" : `${id}-hint`, error === undefined ? "" : `${id}-error`];
  return {
    label: `${id}-label`,
    hint: `${id}-hint`,
    error: `${id}-error`,
    control: {
      id,
      "aria-describedby": described.filter((part) => part !== "").join(" ") || undefined,
      "aria-invalid": error === undefined ? undefined : true,
    },
  };
}

interface FieldFrameProps extends Described {
  ids: Ids;
  className?: string;
  children: ReactNode;
}

/** Label above, hint under it, the control, and what is wrong below. */
export function FieldFrame({ ids, label, hint, error, className = "", children }: FieldFrameProps) {
  return (
    <div className={`min-w-0 ${className}`}>
      <label id={ids.label} htmlFor={ids.control.id} className="mb-1.5 block text-sm font-medium text-text">
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <p id={ids.hint} className="mt-1.5 text-sm leading-snug text-text-faint">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={ids.error} className="mt-1.5 flex items-start gap-1.5 text-sm leading-snug text-serious">
          <CircleAlert aria-hidden className="mt-px size-4 shrink-0" />
          {error}
        </p>
      )}
    </div>
  );
}
