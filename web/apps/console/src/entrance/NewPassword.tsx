import { ApiError } from "@nexus/api";
import { PasswordField, StrengthMeter } from "@nexus/ui";
import { sentence } from "../data/failure";
import { usePasswordStrength } from "./usePasswordStrength";

interface NewPasswordProps {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  /** What is known of its owner, such as name and address: nothing of it makes a good password. */
  about: readonly string[];
  /** What the server answered last. */
  error: unknown;
}

/** What the scores are called. */
const WORDS = ["Very weak.", "Very weak.", "Weak.", "Strong.", "Very strong."] as const;

/** A password that is chosen, with how strong it is and what is wrong with it. */
export function NewPassword({ label = "Password", value, onChange, about, error }: NewPasswordProps) {
  const strength = usePasswordStrength(value, about);
  const refused = strength?.refused ?? undefined;
  return (
    <PasswordField
      label={label}
      name="new-password"
      autoComplete="new-password"
      required
      hint={
        strength === undefined ? (
          "A few unrelated words are easy to remember and hard to guess."
        ) : (
          <StrengthMeter score={refused === undefined ? strength.score : Math.min(strength.score, 2)}>
            {refused === undefined ? (WORDS[strength.score] ?? "") : sentence(refused)}
          </StrengthMeter>
        )
      }
      error={passwordFault(error)}
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
