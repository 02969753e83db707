// Server-sent events, as long as they get through. Ends when the job ends, or when polling is better.
import { createParser } from "eventsource-parser";
import type { Cursor } from "./cursor.ts";
import { networkError } from "./errors.ts";
import { request } from "./http.ts";
import { pathOf } from "./jobs.ts";
import { delayMs, isTransient, pause, SILENT, within } from "./patience.ts";
import type { JobEvent } from "./types.ts";

const STREAM = "text/event-stream";
const FIRST_FRAME_MS = 3_000; // what is stored comes at once
const HEARTBEAT_MS = 20_000; // the server beats every 15 seconds
const MOST_FAILURES = 3; // connections in a row without an event

/** How a connection ended: cut, closed by the server, or abandoned because events do not arrive in time. */
type End = "cut" | "closed" | "held back";

/** The events until the end. Ends before it when streaming does not work here; then `cursor.isOver` is false. */
export async function* streamed(cursor: Cursor): AsyncGenerator<JobEvent, void> {
  let failures = 0;
  while (!cursor.isOver && failures < MOST_FAILURES) {
    let error: unknown;
    let end: End = "cut";
    const before = cursor.seq;
    try {
      end = yield* oneConnection(cursor);
    } catch (thrown) {
      if (!isTransient(thrown)) throw thrown;
      error = thrown;
    }
    if (end === "held back") return;
    // A server that stops, or a token that expires, is no failure.
    failures = end === "closed" || cursor.seq > before ? 0 : failures + 1;
    if (!cursor.isOver) await pause(delayMs(failures || 1, error), cursor.signal);
  }
}

/** The events of one connection. */
async function* oneConnection(cursor: Cursor): AsyncGenerator<JobEvent, End> {
  const heard = { closing: false };
  let wasHeard = false;
  let wasSilent = false;
  for await (const events of frames(cursor, heard)) {
    if (events !== SILENT) {
      wasHeard = true;
      yield* cursor.take(events);
      if (cursor.isOver) return "closed";
      continue;
    }
    // Nothing happened, or were events held back on the way? The history knows.
    const missed = await cursor.missed();
    yield* cursor.take(missed);
    if (missed.length > 0) return "held back";
    if (wasHeard) return "cut"; // not even a heartbeat: this connection is dead
    if (wasSilent) return "held back";
    wasSilent = true;
  }
  return heard.closing ? "closed" : "cut";
}

/** Events as they come; SILENT each time nothing came for too long, not even a heartbeat. */
async function* frames(
  cursor: Cursor,
  heard: { closing: boolean },
): AsyncGenerator<JobEvent[] | typeof SILENT, void> {
  const closing = new AbortController();
  const signal = cursor.signal ? AbortSignal.any([cursor.signal, closing.signal]) : closing.signal;
  let patience = FIRST_FRAME_MS;
  async function* audibly<T>(promise: Promise<T>): AsyncGenerator<typeof SILENT, T> {
    for (;;) {
      const heard = await within(patience, promise);
      if (heard !== SILENT) return heard as T;
      patience = HEARTBEAT_MS;
      yield SILENT;
    }
  }
  try {
    const answer = yield* audibly(open(cursor, signal));
    if (answer.status === 204) {
      cursor.isOver = true; // the job has ended, and all of it was told
      return;
    }
    const reader = body(answer).getReader();
    const decoder = new TextDecoder();
    const found: JobEvent[] = [];
    const parser = createParser({
      // The closing frame of a stopping server is not an event of the job.
      onEvent: ({ event, data }) => {
        heard.closing ||= event === "closing";
        if (event?.startsWith("job.")) found.push(JSON.parse(data));
      },
    });
    for (;;) {
      const { done, value } = yield* audibly(reader.read());
      if (done) return;
      patience = HEARTBEAT_MS;
      parser.feed(decoder.decode(value, { stream: true }));
      yield found.splice(0);
    }
  } catch (error) {
    cursor.signal?.throwIfAborted();
    throw error instanceof TypeError ? networkError(error) : error;
  } finally {
    closing.abort();
  }
}

function open(cursor: Cursor, signal: AbortSignal): Promise<Response> {
  const resume: Record<string, string> = cursor.seq > 0 ? { "Last-Event-ID": String(cursor.seq) } : {};
  const headers = { Accept: STREAM, ...resume };
  return request(cursor.connection, `${pathOf(cursor.jobId)}/events`, { headers, signal, limitMs: Infinity });
}

/** Throws a transient error if the answer is not a stream: a proxy or a runtime may not support them. */
function body(answer: Response): ReadableStream<Uint8Array> {
  if (answer.body && answer.headers.get("content-type")?.startsWith(STREAM)) return answer.body;
  throw networkError("This answer is not an event stream.");
}
