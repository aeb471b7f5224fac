import { ApiError } from "@nexus/api";

/** What was to be confirmed was not. */
export class NotConfirmed extends Error {
  constructor() {
    super("nothing was changed, because you did not confirm that it is you");
  }
}

interface Request {
  confirmed: () => void;
  cancelled: () => void;
}

let request: Request | null = null;
const listeners = new Set<() => void>();

function set(next: Request | null): void {
  request = next;
  for (const listener of listeners) {
    listener();
  }
}

/** The confirmation that is waited for; null when none is. */
export function pendingStepUp(): Request | null {
  return request;
}

export function subscribeStepUp(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** Does something; when the server wants to be sure first that it is you, asks for that and does it again. */
export async function withStepUp<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "step-up-required") {
      throw error;
    }
    await confirm();
    return work();
  }
}

function confirm(): Promise<void> {
  return new Promise((resolve, reject) => {
    set({
      confirmed: () => {
        set(null);
        resolve();
      },
      cancelled: () => {
        set(null);
        reject(new NotConfirmed());
      },
    });
  });
}
