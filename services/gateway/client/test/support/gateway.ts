// The gateway as the client sees it, in memory: a history that grows, a stream, an ETag, questions that wait.
import type { JobEvent } from "../../src/types.ts";

type Handler = (call: Call) => Response | undefined | Promise<Response | undefined>;

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
  signal: AbortSignal | undefined;
}

export const JOB = "0199f0c0-0000-7000-8000-000000000001";
const TERMINAL = /completed|failed|cancelled/;

export class Gateway {
  readonly calls: Call[] = [];
  readonly history: JobEvent[] = [];
  /** Answers in place of the gateway, first come first served; undefined lets a call through. */
  readonly faults: Handler[] = [];
  #watchers = new Set<() => void>();

  readonly fetch = (async (url: string, init: RequestInit) => {
    const { pathname, searchParams } = new URL(url, "http://page.test");
    const headers = new Headers(init.headers);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const signal = init.signal ?? undefined;
    const call: Call = {
      method: init.method ?? "GET",
      path: pathname,
      query: searchParams,
      headers,
      body,
      signal,
    };
    this.calls.push(call);
    signal?.throwIfAborted();
    for (const fault of this.faults.slice()) {
      let isUsed = true;
      try {
        const answer = await fault(call);
        if (answer) return answer;
        isUsed = false;
      } finally {
        if (isUsed) this.faults.splice(this.faults.indexOf(fault), 1);
      }
    }
    return this.#answer(call);
  }) as typeof fetch;

  /** One more event of the job. */
  add(event: string, body: Record<string, unknown> = {}): void {
    const seq = this.history.length + 1;
    const head = { seq, event: `job.${event}`, time: "2026-01-01T00:00:00.000Z", attempt: 1 };
    this.history.push({ ...head, ...body } as unknown as JobEvent);
    for (const tell of this.#watchers) tell();
  }

  /** A whole job: requested, started, so many items, completed. */
  addWholeJob(items = 3, result: unknown = { concepts: [] }): void {
    this.add("requested");
    this.add("started");
    for (let index = 0; index < items; index++) this.addItem(index, items);
    this.add("completed", { result });
  }

  addItem(index: number, total: number): void {
    const item = { title: `item ${index}` };
    this.add("progress", {
      done: index + 1,
      total,
      message: "",
      item,
      itemKey: `key-${index}`,
      itemIndex: index,
    });
  }

  count(path: RegExp): number {
    return this.calls.filter((call) => path.test(call.path + (call.headers.get("accept") ?? ""))).length;
  }

  get streams(): number {
    return this.count(/event-stream/);
  }

  async #answer(call: Call): Promise<Response> {
    if (call.path.endsWith("/events")) {
      const after = Number(call.headers.get("last-event-id") ?? call.query.get("after") ?? 0);
      if (call.headers.get("accept") === "text/event-stream") return this.stream(call, after);
      return Response.json({ items: this.history.slice(after) });
    }
    const known = call.headers.get("if-none-match");
    if (known === this.#tag && call.query.has("wait"))
      await this.#change(call, Number(call.query.get("wait")));
    const headers = { ETag: this.#tag };
    if (known === this.#tag) return new Response(null, { status: 304, headers });
    const completedAt = TERMINAL.test(this.history.at(-1)?.event ?? "") ? "2026-01-01T00:00:00.000Z" : null;
    return Response.json({ id: JOB, seq: this.history.length, completedAt }, { headers });
  }

  get #tag(): string {
    return `"${this.history.length}"`;
  }

  #change(call: Call, seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      setTimeout(resolve, seconds * 1000);
      this.#watchers.add(resolve);
      call.signal?.addEventListener("abort", () => reject(call.signal?.reason));
    });
  }

  /** The events after a cursor, and what comes; `most` cuts the connection after so many, `isHeld` lets none through. */
  stream(call: Call, after: number, { most = Infinity, isHeld = false } = {}): Response {
    let sent = after;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const send = () => {
          while (!isHeld && sent < this.history.length && sent - after < most) {
            const event = this.history[sent++]!;
            controller.enqueue(frame(event));
            if (TERMINAL.test(event.event)) return controller.close();
          }
          if (sent - after < most) return;
          this.#watchers.delete(send);
          setTimeout(() => controller.error(new TypeError("terminated")), 10); // what was sent arrives
        };
        this.#watchers.add(send);
        call.signal?.addEventListener("abort", () => {
          this.#watchers.delete(send);
          try {
            controller.error(call.signal?.reason);
          } catch {
            // it was closed before
          }
        });
        send();
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
  }
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  const detail = `${code} in words`;
  return Response.json(
    { type: "about:blank", title: code, status, detail, code, error: detail },
    { status, headers: { "Content-Type": "application/problem+json", ...headers } },
  );
}

function frame(event: JobEvent): Uint8Array {
  return new TextEncoder().encode(
    `id: ${event.seq}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`,
  );
}
