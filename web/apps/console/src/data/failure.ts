import { ApiError } from "@nexus/api";

export interface FailureText {
  title: string;
  detail: string;
  /** The server was not reached at all. */
  offline: boolean;
}

/** What to tell the person about an error. */
export function failureText(error: unknown): FailureText {
  if (error instanceof ApiError) {
    return { title: error.problem?.title ?? "The server refused this", detail: sentence(error.message), offline: false };
  }
  if (error instanceof TypeError) {
    return {
      title: "The server cannot be reached",
      detail: "Check your connection, then try again. Nothing has been changed.",
      offline: true,
    };
  }
  return { title: "Something went wrong", detail: sentence(error instanceof Error ? error.message : String(error)), offline: false };
}

/** One line for a form; nothing while all is well. */
export function failureOf({ error }: { error: unknown }): string | undefined {
  return error === null ? undefined : failureLine(error);
}

/** One line for a form. */
export function failureLine(error: unknown): string {
  const { title, detail, offline } = failureText(error);
  return offline ? `${title}. ${detail}` : detail;
}

/** The services write lowercase fragments; people read sentences. */
export function sentence(fragment: string): string {
  const text = fragment.trim();
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
