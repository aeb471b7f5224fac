import type { components } from "./generated/gateway";

type Problem = components["schemas"]["Problem"];

/** The server answered with an error. What it says is for people: what happened, why, and what to do. */
export class ApiError extends Error {
  /** The whole body, with the members that only some codes have; null when it was not a problem document. */
  readonly problem: (Problem & Readonly<Record<string, unknown>>) | null;
  /** Seconds to wait before trying again, when the server said so. */
  readonly retryAfter: number | null;

  constructor(
    readonly status: number,
    body: unknown,
    headers: Headers,
  ) {
    const problem = isProblem(body) ? body : null;
    super(problem?.detail ?? `the server answered with status ${status}`);
    this.problem = problem;
    const wait = Number(headers.get("retry-after") ?? Number.NaN);
    this.retryAfter = Number.isFinite(wait) ? wait : null;
  }

  /** Stable code in kebab case, to branch on. */
  get code(): string {
    return this.problem?.code ?? "unknown";
  }

  /** What is wrong with one field, by its name in the request. */
  field(name: string): string | undefined {
    return this.problem?.errors?.find(({ pointer }) => pointer === `/${name}`)?.detail;
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a call was answered with, or an `ApiError`. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw new ApiError(response.status, error, response.headers);
  }
  return data as T;
}

function isProblem(body: unknown): body is Problem & Record<string, unknown> {
  return typeof body === "object" && body !== null && "detail" in body && "code" in body;
}
