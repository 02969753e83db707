// One call for each action on a job. All are safe to repeat, and are repeated when the network fails.
import { json, request } from "./http.ts";
import { patiently } from "./patience.ts";
import type { Connection, Job, JobAccepted, JobRequest } from "./types.ts";

const RETRIES = 5; // with their pauses about 15 seconds

export interface CallOptions {
  signal?: AbortSignal;
}

export interface SubmitOptions extends CallOptions {
  /** The same key gives the same job, even after a reload. Without one, each call makes a key for its retries. */
  idempotencyKey?: string;
}

/** Creates a job. Throws LodestoneError: `VALIDATION_ERROR`, `USAGE_LIMIT_EXCEEDED`, `CONFLICT`, `UNAUTHORIZED`, … */
export function submitJob(
  connection: Connection,
  job: JobRequest,
  options: SubmitOptions = {},
): Promise<JobAccepted> {
  return make(connection, "/api/jobs", job, options);
}

/** Runs a failed or cancelled job again, as a new one that keeps the finished items; while that one lives, it is the answer. */
export function retryJob(
  connection: Connection,
  jobId: string,
  options: SubmitOptions = {},
): Promise<JobAccepted> {
  return make(connection, `${pathOf(jobId)}/retry`, undefined, options);
}

/** Requests cancellation; the job's state follows. Throws LodestoneError `CONFLICT` if it has already ended. */
export function cancelJob(connection: Connection, jobId: string, options: CallOptions = {}): Promise<Job> {
  return call(connection, `${pathOf(jobId)}/cancel`, { method: "POST", ...options });
}

/** The job as it is now. */
export function readJob(connection: Connection, jobId: string, options: CallOptions = {}): Promise<Job> {
  return call(connection, pathOf(jobId), options);
}

export function pathOf(jobId: string): string {
  return `/api/jobs/${encodeURIComponent(jobId)}`;
}

function make(
  connection: Connection,
  path: string,
  body: unknown,
  options: SubmitOptions,
): Promise<JobAccepted> {
  const headers = { "Idempotency-Key": options.idempotencyKey ?? newKey() };
  return call(connection, path, { method: "POST", headers, body, signal: options.signal });
}

export function call<T>(
  connection: Connection,
  path: string,
  ask: Parameters<typeof request>[2] = {},
): Promise<T> {
  const once = async () => json<T>(await request(connection, path, ask), ask.signal);
  return patiently(RETRIES, once, ask.signal);
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
