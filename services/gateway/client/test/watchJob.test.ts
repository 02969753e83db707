import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { LodestoneError } from "../src/errors.ts";
import type { Connection, JobEvent } from "../src/types.ts";
import { followJob, watchJob, type WatchOptions } from "../src/watchJob.ts";
import { type Call, Gateway, JOB, problem } from "./support/gateway.ts";
import { inTime, passes, quiet, useFastTime } from "./support/time.ts";

useFastTime();

let gateway: Gateway;
let connection: Connection;

beforeEach(() => {
  gateway = new Gateway();
  connection = { baseUrl: "http://gateway.test", token: "secret", fetch: gateway.fetch };
});

async function seqs(options: WatchOptions = {}): Promise<number[]> {
  const found: number[] = [];
  for await (const event of watchJob(connection, JOB, options)) found.push(event.seq);
  return found;
}

const isStream = (call: Call) => call.headers.get("accept") === "text/event-stream";
const isWaiting = (call: Call) => call.query.has("wait");

/** Replaces every answer of this kind, for ever. */
function always(kind: (call: Call) => boolean, answer: (call: Call) => Response | Promise<Response>): void {
  const { fetch } = gateway;
  connection.fetch = (async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const query = new URL(url).searchParams;
    const call = { headers, query, path: url, signal: init.signal ?? undefined } as Call;
    if (!kind(call)) return fetch(url, init);
    gateway.calls.push({ ...call, path: new URL(url).pathname });
    return answer(call);
  }) as typeof globalThis.fetch;
}

describe("streaming", () => {
  it("gives the stored events and then those that come, each once", async () => {
    gateway.add("requested");
    const watched = seqs();
    await quiet();
    gateway.add("started");
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [1, 2, 3]);
    assert.equal(gateway.calls.length, 1);
    assert.equal(gateway.calls[0]?.headers.get("authorization"), "Bearer secret");
  });

  it("goes on after the last event when the connection is cut", async () => {
    gateway.addWholeJob();
    gateway.faults.push((call) => gateway.stream(call, 0, { most: 2 }));
    gateway.faults.push((call) =>
      call.headers.get("last-event-id") === "2" ? gateway.stream(call, 2, { most: 1 }) : undefined,
    );

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(
      gateway.calls.map((call) => call.headers.get("last-event-id")),
      [null, "2", "3"],
    );
  });

  it("goes on streaming however often it is cut, as long as events come", async () => {
    gateway.addWholeJob();
    for (let cut = 0; cut < 5; cut++) gateway.faults.push((call) => gateway.stream(call, cut, { most: 1 }));

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5, 6]);
    assert.equal(gateway.streams, gateway.calls.length);
  });

  it("starts after the event that the caller has", async () => {
    gateway.addWholeJob();

    assert.deepEqual(await inTime(seqs({ after: 4 })), [5, 6]);
  });

  it("drops repeats and fills gaps of a stream from the history", async () => {
    gateway.addWholeJob();
    const frames = [1, 1, 2, 5, 4, 6].map((seq) => gateway.history[seq - 1]!);
    gateway.faults.push(() => sse(frames));

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5, 6]);
  });

  it("takes the closing frame of a server that stops as no event, and comes back", async () => {
    gateway.addWholeJob();
    gateway.faults.push(() =>
      sse(gateway.history.slice(0, 2), "retry: 1000\n\nevent: closing\ndata: {}\n\n"),
    );

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5, 6]);
    assert.equal(gateway.streams, 2);
  });

  it("reads characters that are cut between two packets", async () => {
    gateway.add("requested");
    gateway.add("completed", { result: { title: "Größe → ∞" } });
    const bytes = Buffer.from(await sse(gateway.history).arrayBuffer());
    gateway.faults.push(() => streamOf(...Array.from(bytes, (byte) => Uint8Array.of(byte))));
    const state = await inTime(followJob(connection, JOB));

    assert.deepEqual(state.result, { title: "Größe → ∞" });
  });

  it("asks for a fresh token each time", async () => {
    let asked = 0;
    connection.token = async () => `token-${++asked}`;
    gateway.addWholeJob();
    gateway.faults.push((call) => gateway.stream(call, 0, { most: 2 }));
    await inTime(seqs());

    assert.deepEqual(
      gateway.calls.map((call) => call.headers.get("authorization")),
      ["Bearer token-1", "Bearer token-2"],
    );
  });
});

describe("falling back", () => {
  it("sees within seconds that events are kept back, and polls with the same cursor", async () => {
    gateway.addWholeJob(2);
    always(isStream, (call) => gateway.stream(call, 0, { isHeld: true }));
    const began = Date.now();

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5]);
    assert.ok(Date.now() - began < 5_000);
    assert.equal(gateway.streams, 1);
  });

  it("sees it also when not even the headers come", async () => {
    gateway.addWholeJob(2);
    always(isStream, () => new Promise<Response>(() => {}));

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5]);
  });

  it("does not mistake a job without news for a stream that is kept back", async () => {
    gateway.add("requested");
    gateway.faults.push((call) => gateway.stream(call, 1));
    const watched = seqs({ after: 1 });
    await passes(15_000);
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [2]);
    assert.equal(gateway.streams, 1);
    assert.equal(gateway.calls.length, 2, "the stream, and one look into the history");
  });

  it("leaves a stream that has stopped in the middle, without a heartbeat", async () => {
    gateway.add("requested");
    let held = 0;
    always(isStream, (call) =>
      gateway.stream(call, Number(call.headers.get("last-event-id")), { isHeld: held++ > 0 }),
    );
    const watched = seqs();
    await passes(1_000);
    gateway.history.push({ ...gateway.history[0]!, seq: 2, event: "job.completed" } as JobEvent); // nobody is told

    assert.deepEqual(await inTime(watched), [1, 2]);
  });

  it("opens a new stream when an old one is dead, without a heartbeat, and nothing was missed", async () => {
    gateway.add("requested");
    gateway.faults.push(() => hanging(gateway.history));
    const watched = seqs();
    await passes(25_000);
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [1, 2]);
    assert.equal(gateway.streams, 2);
    assert.ok(!gateway.calls.some(isWaiting));
  });

  it("polls when not even a heartbeat comes", async () => {
    always(isStream, (call) => gateway.stream(call, 0, { isHeld: true }));
    const watched = seqs();
    await passes(30_000);
    const { streams } = gateway;
    const waiting = gateway.calls.filter(isWaiting).length;
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [1]);
    assert.equal(streams, 1);
    assert.ok(waiting > 0);
  });

  it("polls when something in between answers with no stream", async () => {
    gateway.addWholeJob(2);
    always(isStream, () => new Response("<html>", { headers: { "Content-Type": "text/html" } }));

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5]);
    assert.equal(gateway.streams, 3);
  });

  it("waits in the question for what comes: as many questions as changes", async () => {
    gateway.add("requested");
    always(isStream, () => {
      throw new TypeError("blocked");
    });
    const watched = seqs();
    await passes(60_000);
    const before = gateway.calls.filter(isWaiting).length;
    gateway.add("started");
    await passes(500);
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [1, 2, 3]);
    assert.ok(before <= 3, `${before} questions in a minute without news`);
    assert.ok(gateway.calls.some((call) => isWaiting(call) && call.headers.get("if-none-match") === '"1"'));
  });

  it("asks plain questions at its interval where waiting ones are cut", async () => {
    gateway.add("requested");
    always(
      (call) => isStream(call) || isWaiting(call),
      () => problem(504, "GATEWAY_TIMEOUT"),
    );
    const watched = seqs({ pollInterval: 2_000 });
    await passes(30_000);
    const asked = gateway.calls.length;
    await passes(20_000);
    const plain = gateway.calls.slice(asked);
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [1, 2]);
    assert.ok(plain.length >= 8 && plain.length <= 11, `${plain.length} questions in 20 seconds`);
    assert.ok(!plain.some(isWaiting));
  });

  it("never asks twice at once, and not without a pause where waiting is ignored", async () => {
    gateway.add("requested");
    let now = 0;
    let most = 0;
    always(
      () => true,
      async (call) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 400));
        now--;
        if (isStream(call)) return problem(502, "BAD_GATEWAY");
        if (call.headers.has("if-none-match")) return new Response(null, { status: 304 });
        return Response.json({ seq: 0 }, { headers: { ETag: '"0"' } });
      },
    );
    const stopping = new AbortController();
    const watched = seqs({ pollInterval: 1_000, signal: stopping.signal });
    await passes(10_000);
    const asked = gateway.calls.length;
    await passes(10_000);
    const more = gateway.calls.length - asked;
    stopping.abort();

    await assert.rejects(inTime(watched), { name: "AbortError" });
    assert.ok(more >= 9 && more <= 11, `${more} questions in 10 seconds`);
    assert.equal(most, 1);
  });
});

describe("ending", () => {
  for (const [status, code] of [
    [401, "UNAUTHORIZED"],
    [403, "FORBIDDEN"],
    [404, "NOT_FOUND"],
  ] as const) {
    it(`stops with an error at ${status}, while streaming and while polling`, async () => {
      gateway.faults.push(() => problem(status, code));
      await assert.rejects(inTime(seqs()), (error) => error instanceof LodestoneError && error.code === code);
      assert.equal(gateway.calls.length, 1);

      gateway.add("requested");
      always(isStream, (call) => gateway.stream(call, 0, { isHeld: true }));
      gateway.faults.push((call) => (isWaiting(call) ? problem(status, code) : undefined));
      await assert.rejects(inTime(seqs()), { name: "LodestoneError", status, message: `${code} in words` });
    });
  }

  it("bears a server that is away, with growing pauses", async () => {
    gateway.addWholeJob();
    const { fetch } = connection;
    let refused = 0;
    connection.fetch = (async (...args: Parameters<typeof globalThis.fetch>) => {
      if (++refused > 12) return fetch!(...args);
      throw new TypeError("fetch failed");
    }) as typeof globalThis.fetch;
    const began = Date.now();

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5, 6]);
    assert.ok(Date.now() - began > 30_000, "twelve tries take a while");
  });

  it("obeys Retry-After", async () => {
    gateway.addWholeJob();
    gateway.faults.push(() => problem(503, "UNAVAILABLE", { "Retry-After": "7" }));
    const began = Date.now();
    await inTime(seqs());

    assert.ok(Date.now() - began >= 7_000);
  });

  it("obeys Retry-After of a poll", async () => {
    gateway.addWholeJob();
    always(isStream, () => new Response("no stream"));
    gateway.faults.push(() => problem(429, "RATE_LIMITED", { "Retry-After": "70" }));
    const began = Date.now();
    await inTime(seqs());

    assert.ok(Date.now() - began >= 70_000);
  });

  it("ends with the signal's reason, and closes the connection", async () => {
    gateway.add("requested");
    const stopping = new AbortController();
    const watched = seqs({ signal: stopping.signal });
    await quiet();
    stopping.abort(new Error("page left"));

    await assert.rejects(inTime(watched), { message: "page left" });
    assert.ok(gateway.calls[0]?.signal?.aborted);
  });

  it("ends with the signal's reason in a pause", async () => {
    always(isStream, () => problem(503, "UNAVAILABLE", { "Retry-After": "600" }));
    const stopping = new AbortController();
    const watched = seqs({ signal: stopping.signal });
    await passes(1_000);
    stopping.abort(new Error("page left"));

    await assert.rejects(watched, { message: "page left" });
  });

  it("closes the connection when the loop is left", async () => {
    gateway.add("requested");
    for await (const _ of watchJob(connection, JOB)) break;

    assert.ok(gateway.calls[0]?.signal?.aborted);
  });

  it("ends at once for one who has seen the end", async () => {
    gateway.addWholeJob();
    always(isStream, () => sse([]));

    assert.deepEqual(await inTime(seqs({ after: 6 })), []);
  });
});

describe("followJob", () => {
  it("tells every state and gives the last one", async () => {
    gateway.addWholeJob(2, { concepts: ["one", "two"] });
    const told: string[] = [];
    const state = await inTime(
      followJob(connection, JOB, { onState: ({ status, items }) => told.push(`${status} ${items.length}`) }),
    );

    assert.deepEqual(told, ["pending 0", "processing 0", "processing 1", "processing 2", "completed 2"]);
    assert.deepEqual(state.result, { concepts: ["one", "two"] });
    assert.deepEqual(state.progress, { done: 2, total: 2, message: "" });
  });

  it("gives the state of a job that failed, too", async () => {
    gateway.add("requested");
    gateway.add("failed", { error: { code: "AI_REFUSED", message: "The AI refused." } });
    const { status, error, errorCode } = await inTime(followJob(connection, JOB));

    assert.deepEqual(
      { status, error, errorCode },
      { status: "failed", error: "The AI refused.", errorCode: "AI_REFUSED" },
    );
  });
});

function sse(events: JobEvent[], rest = ""): Response {
  const text = events.map(
    (event) => `id: ${event.seq}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return streamOf(new TextEncoder().encode(text.join("") + rest));
}

/** These events, and then nothing, without an end. */
function hanging(events: JobEvent[]): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new Uint8Array(await sse(events).arrayBuffer()));
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

function streamOf(...chunks: Uint8Array[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}
