"use client";

// The hook that older front ends know, on top of `followJob`: same options and return values, plus a few.
import { useCallback, useEffect, useRef, useState } from "react";
import { LodestoneError } from "./errors.ts";
import { cancelJob } from "./jobs.ts";
import { type JobState, NOTHING_YET } from "./state.ts";
import type { Connection, ItemOf, JobStatus, Progress, ResultOf } from "./types.ts";
import { followJob } from "./watchJob.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1; // timers that are longer fire at once
const CANCELLED = "The job was cancelled.";
const TIMED_OUT = "This is taking longer than expected. The job continues, and its result is kept.";

export interface BackgroundJobOptions<T> {
  /** Milliseconds between two polls, where events cannot be streamed. */
  pollInterval?: number;
  /** Milliseconds until the hook stops watching. The job continues. */
  timeout?: number;
  /** Called once with the result, even an empty one. */
  onComplete?: (result: ResultOf<T>) => void;
  /** Called once with a text for the user: the job failed, was cancelled, cannot be read, or takes too long. */
  onError?: (error: string) => void;
  /** How to reach Lodestone. Default: the page's own origin and its session cookie. */
  connection?: Connection;
}

export interface BackgroundJob<T> {
  /** Null before `startPolling`. */
  status: JobStatus | null;
  result: ResultOf<T> | null;
  error: string | null;
  /** Whether a result may still arrive on this page. */
  isLoading: boolean;
  isPolling: boolean;
  /** Watches a job instead of the previous one. */
  startPolling: (jobId: string) => void;
  /** Stops watching; the job continues. */
  stopPolling: () => void;
  progress: Progress;
  /** The finished pieces of the result so far. */
  items: ItemOf<T>[];
  /** Requests cancellation of the watched job. Its end is then reported like any other. */
  cancel: () => Promise<void>;
}

interface Run {
  jobId: string;
  watch: AbortController;
}

interface View<T> {
  status: JobStatus | null;
  state: JobState<T>;
  error: string | null;
  isPolling: boolean;
}

const IDLE = { status: null, state: NOTHING_YET, error: null, isPolling: false };

export function useBackgroundJob<T = unknown>(options: BackgroundJobOptions<T> = {}): BackgroundJob<T> {
  const [view, setView] = useState<View<T>>(IDLE);
  const latest = useRef(options);
  const run = useRef<Run | null>(null);
  const isMounted = useRef(false);

  useEffect(() => {
    latest.current = options;
  });

  const stopPolling = useCallback(() => {
    run.current?.watch.abort();
    run.current = null;
    setView((seen) => ({ ...seen, isPolling: false }));
  }, []);

  const startPolling = useCallback((jobId: string) => {
    run.current?.watch.abort();
    const mine: Run = { jobId, watch: new AbortController() };
    run.current = mine;
    setView({ ...IDLE, status: "pending", isPolling: true });
    if (!isMounted.current) return; // nobody is there to be told; should the page come (back), it begins then
    void watch(mine, latest.current, {
      isCurrent: () => run.current === mine && !mine.watch.signal.aborted,
      show: (state) => setView((seen) => ({ ...seen, state, status: state.status })),
      end: (state, error) => {
        run.current = null;
        mine.watch.abort();
        setView((seen) => ({
          state: state ?? seen.state,
          status: state?.status ?? seen.status,
          error,
          isPolling: false,
        }));
        if (error !== null) latest.current.onError?.(error);
        else latest.current.onComplete?.(state?.result as ResultOf<T>);
      },
    });
  }, []);

  useEffect(() => {
    // In StrictMode an effect is undone and redone at once: the watched job stays watched.
    isMounted.current = true;
    if (run.current) startPolling(run.current.jobId);
    return () => {
      isMounted.current = false;
      run.current?.watch.abort();
    };
  }, [startPolling]);

  const cancel = useCallback(async () => {
    if (run.current) await cancelWatched(latest.current.connection ?? {}, run.current.jobId);
  }, []);

  const { status, state, error, isPolling } = view;
  const { result, progress, items } = state;
  return {
    status,
    result,
    error,
    isLoading: isPolling,
    isPolling,
    startPolling,
    stopPolling,
    progress,
    items,
    cancel,
  };
}

interface Report<T> {
  isCurrent: () => boolean;
  show: (state: JobState<T>) => void;
  end: (state: JobState<T> | null, error: string | null) => void;
}

async function watch<T>(
  { jobId, watch: { signal } }: Run,
  { connection = {}, pollInterval = 2000, timeout = 300_000 }: BackgroundJobOptions<T>,
  report: Report<T>,
): Promise<void> {
  const tell = (state: JobState<T> | null, error: string | null) =>
    report.isCurrent() && report.end(state, error);
  const timer = timeout <= LONGEST_TIMER_MS ? setTimeout(() => tell(null, TIMED_OUT), timeout) : undefined;
  let outcome: [JobState<T> | null, string | null];
  const onState = (state: JobState<T>) => report.isCurrent() && report.show(state);
  try {
    const state = await followJob<T>(connection, jobId, { pollInterval, signal, onState });
    outcome = [state, state.status === "cancelled" ? CANCELLED : state.error];
  } catch (error) {
    outcome = [null, error instanceof LodestoneError ? error.message : String(error)];
  }
  clearTimeout(timer);
  tell(...outcome); // what a callback throws is not caught here: it is the page's own error
}

async function cancelWatched(connection: Connection, jobId: string): Promise<void> {
  try {
    await cancelJob(connection, jobId);
  } catch (error) {
    // It has already ended; the watch reports how.
    if (!(error instanceof LodestoneError && error.code === "CONFLICT")) throw error;
  }
}
