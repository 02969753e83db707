// The shared types. Shapes come from the published contracts; only what they cannot express is added here.
import type { components, operations } from "./schema.ts";

type Schemas = components["schemas"];

export type JobAccepted = Schemas["JobAccepted"];
export type JobStatus = Schemas["Status"];
export type JobErrorCode = Schemas["ErrorCode"];
export type Progress = Schemas["Progress"];
export type FieldError = Schemas["FieldError"];
export type ListedSource = Schemas["ListedSource"];
export type Source = Schemas["Source"];
export type SourceList = Schemas["SourceList"];
export type PieceVersion = Schemas["PieceVersion"];
export type VersionList = Schemas["VersionList"];
export type VersionWithTexts = Schemas["VersionWithTexts"];
export type RestoredPiece = Schemas["RestoredPiece"];
export type Publication = Schemas["Publication"];

/** The name of a job type. */
export type JobType = JobRequest["jobType"];

/** A job; `Job<"ideation">` is one of that type. */
export type Job<Type extends JobType = JobType> = Extract<Schemas["Job"], { jobType: Type }>;

/** The result of a completed job of one type, as in `JobResult<"ideation">`. */
export type JobResult<Type extends JobType> = NonNullable<FieldOf<Shape<Type, "Job">, "result">>;

/** A finished piece of such a job. */
export type JobItem<Type extends JobType> =
  FieldOf<Shape<Type, "Job">, "items"> extends (infer Item)[] ? Item : never;

/** The result if `T` is the name of a job type; any other `T` is the result itself. */
export type ResultOf<T> = unknown extends T ? T : [T] extends [JobType] ? JobResult<T> : T;

/** A finished piece, by the same rule; unknown where `T` does not name a job type. */
export type ItemOf<T> = unknown extends T ? unknown : [T] extends [JobType] ? JobItem<T> : unknown;

/** What a service was given to work on, by the same rule. */
type WorkOf<T> = unknown extends T
  ? Record<string, unknown>
  : [T] extends [JobType]
    ? FieldOf<Shape<T, "Requested">, "input">
    : Record<string, unknown>;

/** A published shape of one job type: `IdeationJob`, `IdeationRequested`. */
type Shape<
  Type extends JobType,
  What extends string,
> = `${Capitalize<Type>}${What}` extends infer Name extends keyof Schemas ? Schemas[Name] : never;

type FieldOf<Whole, Name extends string> = Whole extends { [Key in Name]?: infer Field } ? Field : never;

/** What `submitJob` takes: a job type with its input. */
export type JobRequest = operations["submit_job"]["requestBody"]["content"]["application/json"];

/** The type of the input of one job type, as in `JobInput<"ideation">`. */
export type JobInput<Type extends JobType> = Extract<JobRequest, { jobType: Type }>["input"];

/** How to reach Lodestone. A plain object: make it once and pass it to every call. */
export interface Connection {
  /** The gateway's URL, such as `https://jobs.example.com`. Default: the page's own origin. */
  baseUrl?: string;
  /** A token, or a function that gets a fresh one before each request. Default: the page's session cookie.
   * When a token is refused, the function is called once more with that token and must get another one.
   */
  token?: string | ((refused?: string) => string | Promise<string>);
  /** Replaces the global `fetch`, for older runtimes. */
  fetch?: typeof fetch;
}

/**
 * An event of a job's history; `seq` counts from 1 without a gap, `time` is RFC 3339 in UTC.
 * `JobEvent<"ideation">` is one of that job type.
 */
export type JobEvent<T = unknown> = { seq: number; time: string } & (
  | ({ event: "job.requested"; input: WorkOf<T> } & Omit<Schemas["JobRequested"], "input">)
  | ({ event: "job.started"; kept?: ItemOf<T>[] } & Omit<Schemas["JobStarted"], "kept">)
  | ({ event: "job.progress"; item?: ItemOf<T> | null } & Omit<Schemas["JobProgress"], "item">)
  | ({ event: "job.call_started" } & Schemas["JobCallStarted"])
  | ({ event: "job.call_finished" } & Schemas["JobCallFinished"])
  | ({ event: "job.retrying" } & Schemas["JobRetrying"])
  | ({ event: "job.cancel_requested" } & Schemas["JobCancelRequested"])
  | ({ event: "job.completed"; result: ResultOf<T> } & Omit<Schemas["JobCompleted"], "result">)
  | ({ event: "job.failed" } & Schemas["JobFailed"])
  | ({ event: "job.cancelled"; kept?: ItemOf<T>[] } & Omit<Schemas["JobCancelled"], "kept">)
);
