// Waiting: how long, and until when.
import { LodestoneError } from "./errors.ts";

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** How long to wait after this many failures in a row: doubled each time, jittered, never less than requested. */
export function delayMs(failures: number, error?: unknown): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  const asked = error instanceof LodestoneError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(asked, full / 2) + (Math.random() * full) / 2;
}

/** Resolves after this many milliseconds; rejects at once with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Tries again what failed and may succeed later. */
export async function patiently<T>(
  retries: number,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error) || failures > retries) throw error;
      await pause(delayMs(failures, error), signal);
    }
  }
}

export function isTransient(error: unknown): error is LodestoneError {
  return error instanceof LodestoneError && error.isTransient;
}

export const SILENT = Symbol("silent");

/** The promise's value, or SILENT if it has none after this many milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof SILENT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<typeof SILENT>((resolve) => {
    timer = setTimeout(resolve, ms, SILENT);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
