import { ApiError } from "@nexus/api";
import { PasswordField } from "@nexus/ui";
import { sentence } from "../data/failure";

interface NewPasswordProps {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  /** What the server answered last. */
  error: unknown;
}

/** A password that is chosen, with what is wrong with it. */
export function NewPassword({ label = "Password", value, onChange, error }: NewPasswordProps) {
  const wrong = passwordFault(error);
  return (
    <PasswordField
      label={label}
      name="new-password"
      autoComplete="new-password"
      required
      minLength={12}
      hint="At least 12 characters. A few unrelated words are easy to remember and hard to guess."
      error={wrong}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

/** Why the server does not take the password; nothing when that is not what was wrong. */
export function passwordFault(error: unknown): string | undefined {
  const fault = error instanceof ApiError ? (error.field("password") ?? error.field("new_password")) : undefined;
  return fault === undefined ? undefined : sentence(fault);
}
