// A job from its first event to its last, over whatever transport gets through; no framework.
import { Cursor } from "./cursor.ts";
import { polled } from "./poll.ts";
import { type JobState, nextState, NOTHING_YET } from "./state.ts";
import { streamed } from "./stream.ts";
import type { Connection, JobEvent } from "./types.ts";

// The obstacle to streams may be gone: after this long without one, longer each time, try again.
const FIRST_POLLING_MS = 60_000;
const LONGEST_POLLING_MS = 600_000;

export interface WatchOptions {
  /** Ends the watch: pending promises are rejected with the signal's reason. The job continues. */
  signal?: AbortSignal;
  /** Only events after this `seq`. */
  after?: number;
  /** Milliseconds between two polls, where neither streams nor long polls get through. */
  pollInterval?: number;
}

/**
 * The events of a job, 1 to n, each once, until the last one.
 * Recovers by itself after cuts and overload. Throws LodestoneError when that cannot help, as with 401 and 404.
 */
export async function* watchJob<T = unknown>(
  connection: Connection,
  jobId: string,
  options: WatchOptions = {},
): AsyncGenerator<JobEvent<T>, void, undefined> {
  const cursor = new Cursor(connection, jobId, options.after ?? 0, options.signal);
  for (
    let patience = FIRST_POLLING_MS;
    !cursor.isOver;
    patience = Math.min(2 * patience, LONGEST_POLLING_MS)
  ) {
    yield* streamed(cursor) as AsyncGenerator<JobEvent<T>, void>;
    yield* polled(cursor, options.pollInterval ?? 2000, patience) as AsyncGenerator<JobEvent<T>, void>;
  }
}

export interface FollowOptions<T = unknown> extends Omit<WatchOptions, "after"> {
  onEvent?: (event: JobEvent<T>) => void;
  /** Called after each event with everything known so far. */
  onState?: (state: JobState<T>) => void;
}

/** The same with callbacks. Resolves with the job's last state, even if it failed or was cancelled. */
export async function followJob<T = unknown>(
  connection: Connection,
  jobId: string,
  { onEvent, onState, ...options }: FollowOptions<T> = {},
): Promise<JobState<T>> {
  let state: JobState<T> = NOTHING_YET;
  for await (const event of watchJob<T>(connection, jobId, options)) {
    state = nextState(state, event);
    onEvent?.(event);
    onState?.(state);
  }
  return state;
}
