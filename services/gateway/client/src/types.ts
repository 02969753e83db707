// What the rest speaks about. Shapes come from the published contracts; only what they cannot say is added here.
import type { components, operations } from "./schema.ts";

type Schemas = components["schemas"];

export type Job = Schemas["Job"];
export type JobAccepted = Schemas["JobAccepted"];
export type JobStatus = Schemas["Status"];
export type JobErrorCode = Schemas["ErrorCode"];
export type Progress = Schemas["Progress"];
export type FieldError = Schemas["FieldError"];

/** What `submitJob` takes: a job type with its input. */
export type JobRequest = operations["submit_job"]["requestBody"]["content"]["application/json"];

/** The type of the input of one job type, as in `JobInput<"ideation">`. */
export type JobInput<Type extends JobRequest["jobType"]> = Extract<JobRequest, { jobType: Type }>["input"];

/** How to reach Lodestone. A plain object: make it once and hand it to every call. */
export interface Connection {
  /** Where the gateway is, as in `https://jobs.example.com`. Without it: the page's own origin. */
  baseUrl?: string;
  /** A token, or what gets a fresh one before each request. Without it: the page's session cookie. */
  token?: string | (() => string | Promise<string>);
  /** Replaces the global `fetch`, for older runtimes. */
  fetch?: typeof fetch;
}

/** An event of a job's history; `seq` counts from 1 without a gap, `time` is RFC 3339 in UTC. */
export type JobEvent<TResult = unknown> = { seq: number; time: string } & (
  | ({ event: "job.requested" } & Schemas["JobRequested"])
  | ({ event: "job.started" } & Schemas["JobStarted"])
  | ({ event: "job.progress" } & Schemas["JobProgress"])
  | ({ event: "job.call_started" } & Schemas["JobCallStarted"])
  | ({ event: "job.call_finished" } & Schemas["JobCallFinished"])
  | ({ event: "job.retrying" } & Schemas["JobRetrying"])
  | ({ event: "job.cancel_requested" } & Schemas["JobCancelRequested"])
  | ({ event: "job.completed" } & Omit<Schemas["JobCompleted"], "result"> & { result: TResult })
  | ({ event: "job.failed" } & Schemas["JobFailed"])
  | ({ event: "job.cancelled" } & Schemas["JobCancelled"])
);
