export { LodestoneError } from "./errors.ts";
export { exportPiece, type Exported, type ExportFile } from "./exports.ts";
export { cancelJob, readJob, retryJob, submitJob, type CallOptions, type SubmitOptions } from "./jobs.ts";
export { nextState, NOTHING_YET, type JobState } from "./state.ts";
export { followJob, watchJob, type FollowOptions, type WatchOptions } from "./watchJob.ts";
export type {
  Connection,
  FieldError,
  Job,
  JobAccepted,
  JobErrorCode,
  JobEvent,
  JobInput,
  JobItem,
  JobRequest,
  JobResult,
  JobStatus,
  JobType,
  Progress,
} from "./types.ts";
