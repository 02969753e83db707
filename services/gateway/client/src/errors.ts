// One class for all errors. Aborts stay as they are: the reason of the caller's signal.
import type { FieldError } from "./types.ts";

/** A refused or failed request. Its message may be shown to a user. */
export class LodestoneError extends Error {
  override readonly name = "LodestoneError";
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** A stable code, such as `NOT_FOUND`, `RATE_LIMITED`; `NETWORK_ERROR` if there was no answer. */
  readonly code: string;
  /** The invalid fields, with `VALIDATION_ERROR`. */
  readonly errors: FieldError[];
  /** How long the server asks to wait, in seconds; null if it does not. */
  readonly retryAfterSeconds: number | null;
  /** Everything the server said (RFC 9457), such as `limit` and `used` with `USAGE_LIMIT_EXCEEDED`. */
  readonly problem: Record<string, unknown>;

  constructor(
    status: number,
    problem: Record<string, unknown> = {},
    retryAfterSeconds: number | null = null,
    options?: ErrorOptions,
  ) {
    super(String(problem.detail ?? `The server answered with status ${status}.`), options);
    this.status = status;
    this.code = String(problem.code ?? `HTTP_${status}`);
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
    this.retryAfterSeconds = retryAfterSeconds;
    this.problem = problem;
  }

  /** Whether the same request may succeed later. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** The error of an unsuccessful answer. */
export async function errorOf(answer: Response): Promise<LodestoneError> {
  const body: unknown = await answer.json().catch(() => null);
  const problem = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return new LodestoneError(answer.status, problem, retryAfter(answer.headers.get("retry-after")));
}

export function networkError(cause: unknown): LodestoneError {
  const problem = { code: "NETWORK_ERROR", detail: "The server cannot be reached." };
  return new LodestoneError(0, problem, null, { cause });
}

/** Seconds, or a date. */
function retryAfter(header: string | null): number | null {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
