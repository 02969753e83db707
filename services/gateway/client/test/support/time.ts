// Time that passes as fast as nothing else happens.
import { afterEach, beforeEach, mock } from "node:test";

const STEP_MS = 50;

/** In a file that calls this, timers fire only while something is awaited with `inTime`. */
export function useFastTime(): void {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
  afterEach(() => mock.timers.reset());
}

/** What the promise gives, with time running until then; fails when that takes an hour of it. */
export async function inTime<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  promise.then(settle, settle);
  function settle() {
    isSettled = true;
  }
  const until = Date.now() + 3_600_000;
  while (!isSettled) {
    await quiet();
    if (isSettled) break;
    if (Date.now() > until) throw new Error("still waiting after an hour");
    mock.timers.tick(STEP_MS);
  }
  return promise;
}

/** Lets so much time pass. */
export async function passes(ms: number): Promise<void> {
  await inTime(new Promise<void>((resolve) => setTimeout(resolve, ms)));
  await quiet();
}

/** Lets everything run that needs no time. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
