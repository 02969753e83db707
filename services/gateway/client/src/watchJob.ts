// A job from its first event to its last, by whatever way gets through; no framework.
import { Cursor } from "./cursor.ts";
import { polled } from "./poll.ts";
import { type JobState, nextState, NOTHING_YET } from "./state.ts";
import { streamed } from "./stream.ts";
import type { Connection, JobEvent } from "./types.ts";

// What kept streams back may be gone: after so long without one, each time longer, it is tried again.
const FIRST_POLLING_MS = 60_000;
const LONGEST_POLLING_MS = 600_000;

export interface WatchOptions {
  /** Ends the watch: what waits for it is rejected with the signal's reason. The job goes on. */
  signal?: AbortSignal;
  /** Only events after this `seq`. */
  after?: number;
  /** Milliseconds between two questions, where neither streams nor waiting questions get through. */
  pollInterval?: number;
}

/**
 * The events of a job, 1 to n, each once, until the last one.
 *
 * Comes back by itself after cuts and overload. Throws LodestoneError when that cannot help, as with 401 and 404.
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
  /** Called after each event with everything known by then. */
  onState?: (state: JobState<T>) => void;
}

/** The same with callbacks. Resolves with the job's last state, also when it failed or was cancelled. */
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
