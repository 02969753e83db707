// Polling: long polls or, where those are cut, plain ones.
import type { Cursor } from "./cursor.ts";
import { json, request } from "./http.ts";
import { pathOf } from "./jobs.ts";
import { delayMs, isTransient, pause } from "./patience.ts";
import type { Job, JobEvent } from "./types.ts";

const WAIT_SECONDS = 25;
const ANSWER_MS = 10_000; // beyond what the question itself waits
const MOST_CUTS = 2; // waiting questions in a row without an answer

/** The events of this period, one request at a time. Throws LodestoneError if retrying cannot help. */
export async function* polled(
  cursor: Cursor,
  intervalMs: number,
  forMs: number,
): AsyncGenerator<JobEvent, void> {
  const until = Date.now() + forMs;
  let tag: string | null = null;
  let failures = 0;
  let mayWait = true;
  while (!cursor.isOver && Date.now() < until) {
    const wait: number = mayWait && tag ? WAIT_SECONDS : 0;
    const asked = Date.now();
    let rest = 0;
    try {
      const seen: Seen | null = await look(cursor, tag, wait);
      if (seen) tag = seen.tag;
      const isNew = seen !== null && seen.job.seq > cursor.seq;
      if (isNew) yield* cursor.take(await cursor.missed());
      else cursor.isOver = Boolean(seen?.job.completedAt); // watched from its end
      // One that came back early did not wait.
      if (!isNew || !mayWait || !tag) rest = intervalMs - (Date.now() - asked);
      failures = 0;
    } catch (error) {
      if (!isTransient(error)) throw error;
      rest = delayMs(++failures, error);
      if (wait && failures >= MOST_CUTS) mayWait = false;
    }
    if (!cursor.isOver && rest > 0) await pause(rest, cursor.signal);
  }
}

interface Seen {
  tag: string | null;
  job: Job;
}

/** The job if it differs from the tag; else null. */
async function look(
  { connection, jobId, signal }: Cursor,
  tag: string | null,
  wait: number,
): Promise<Seen | null> {
  const headers: Record<string, string> = tag ? { "If-None-Match": tag } : {};
  const path = pathOf(jobId) + (wait ? `?wait=${wait}` : "");
  const answer = await request(connection, path, { headers, signal, limitMs: wait * 1000 + ANSWER_MS });
  return answer.status === 304
    ? null
    : { tag: answer.headers.get("etag"), job: await json<Job>(answer, signal) };
}
