// The one cursor of a watch. However events arrive, they pass through here: 1 to n, no repeat, no gap.
import { json, request } from "./http.ts";
import { pathOf } from "./jobs.ts";
import type { Connection, JobEvent } from "./types.ts";

const TERMINAL = ["job.completed", "job.failed", "job.cancelled"];

export class Cursor {
  readonly connection: Connection;
  readonly jobId: string;
  readonly signal: AbortSignal | undefined;
  /** The last event that was delivered. */
  seq: number;
  /** Whether that was the job's last one. */
  isOver = false;

  constructor(connection: Connection, jobId: string, after: number, signal?: AbortSignal) {
    this.connection = connection;
    this.jobId = jobId;
    this.seq = after;
    this.signal = signal;
  }

  /** Delivers those that are new. */
  async *take(events: JobEvent[]): AsyncGenerator<JobEvent, void> {
    for (const event of events) {
      if (event.seq <= this.seq || this.isOver) continue;
      if (event.seq > this.seq + 1) {
        yield* this.take(await this.missed());
        continue;
      }
      this.seq = event.seq;
      this.isOver = TERMINAL.includes(event.event);
      yield event;
    }
  }

  /** The stored events after the cursor. */
  async missed(): Promise<JobEvent[]> {
    const answer = await request(this.connection, `${pathOf(this.jobId)}/events?after=${this.seq}`, {
      signal: this.signal,
    });
    return (await json<{ items: JobEvent[] }>(answer, this.signal)).items;
  }
}
