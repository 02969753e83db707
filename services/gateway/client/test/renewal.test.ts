// Streams that end before the job does, for a reason that is no fault, and streams that work again.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { LodestoneError } from "../src/errors.ts";
import { readJob } from "../src/jobs.ts";
import type { Connection } from "../src/types.ts";
import { watchJob, type WatchOptions } from "../src/watchJob.ts";
import { type Call, Gateway, JOB, problem } from "./support/gateway.ts";
import { inTime, passes, quiet, useFastTime } from "./support/time.ts";

useFastTime();

let gateway: Gateway;
let connection: Connection;
let refused: (string | undefined)[];

beforeEach(() => {
  gateway = new Gateway();
  refused = [];
  const token = (before?: string) => {
    refused.push(before);
    return `token ${refused.length}`;
  };
  connection = { baseUrl: "http://gateway.test", token, fetch: gateway.fetch };
});

async function seqs(options: WatchOptions = {}): Promise<number[]> {
  const found: number[] = [];
  for await (const event of watchJob(connection, JOB, options)) found.push(event.seq);
  return found;
}

const isStream = (call: Call) => call.headers.get("accept") === "text/event-stream";
const streamHeaders = { "Content-Type": "text/event-stream" };

/** A stream that says goodbye after so many events, as when its token ends. */
function closing(call: Call, events: number): Response | undefined {
  if (!isStream(call)) return undefined;
  const after = Number(call.headers.get("last-event-id") ?? 0);
  const told = gateway.history.slice(after, after + events);
  const frames = told.map(
    (event) => `id: ${event.seq}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return new Response(`${frames.join("")}retry: 1000\n\nevent: closing\ndata: {}\n\n`, {
    headers: streamHeaders,
  });
}

const noStream = (call: Call) => (isStream(call) ? new Response("<html>", { status: 502 }) : undefined);

describe("a stream that ends with its token", () => {
  it("goes on with a new one where it ended, without a gap or a repeat", async () => {
    gateway.addWholeJob();
    gateway.faults.push((call) => closing(call, 2));
    gateway.faults.push((call) => closing(call, 1));

    assert.deepEqual(await inTime(seqs()), [1, 2, 3, 4, 5, 6]);

    const asked = gateway.calls.map(({ headers }) => [
      headers.get("authorization"),
      headers.get("last-event-id"),
    ]);
    assert.deepEqual(asked, [
      ["Bearer token 1", null],
      ["Bearer token 2", "2"],
      ["Bearer token 3", "3"],
    ]);
  });

  it("is no sign that streams do not work here, however long the job is silent", async () => {
    gateway.add("requested");
    for (let each = 0; each < 8; each++) gateway.faults.push((call) => closing(call, each ? 0 : 1));
    const watched = seqs();
    await passes(10_000);
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [1, 2]);
    assert.equal(gateway.streams, 9);
    assert.ok(!gateway.calls.some(({ path }) => path.endsWith(JOB)), "the job itself was never asked for");
  });

  it("is asked for once more with another token when one is refused, which the page is told", async () => {
    gateway.addWholeJob(0);
    gateway.faults.push(() => problem(401, "UNAUTHORIZED"));

    assert.deepEqual(await inTime(seqs()), [1, 2, 3]);
    assert.deepEqual(refused, [undefined, "token 1"]);
  });

  it("ends when the page has no other token", async () => {
    connection.token = () => "always this";
    gateway.faults.push(() => problem(401, "UNAUTHORIZED"));

    await assert.rejects(
      inTime(readJob(connection, JOB)),
      (error: LodestoneError) => error.code === "UNAUTHORIZED",
    );
    assert.equal(gateway.calls.length, 1);
  });
});

describe("a stream with nothing left to tell", () => {
  it("ends the watch with 204, without another question", async () => {
    gateway.addWholeJob(0);
    gateway.faults.push((call) => (isStream(call) ? new Response(null, { status: 204 }) : undefined));

    assert.deepEqual(await inTime(seqs({ after: 3 })), []);
    assert.equal(gateway.calls.length, 1);
  });
});

describe("streams that were kept back", () => {
  it("are tried again after a minute of questions, and then events come by them", async () => {
    gateway.add("requested");
    for (let each = 0; each < 3; each++) gateway.faults.push(noStream);
    const watched = seqs();
    await passes(100_000);
    const questions = gateway.calls.length - gateway.streams;
    assert.equal(gateway.streams, 4);
    gateway.addItem(0, 1);
    gateway.add("completed", { result: {} });
    await quiet();

    assert.deepEqual(await inTime(watched), [1, 2, 3]);
    assert.equal(gateway.calls.length - gateway.streams, questions);
  });

  it("are tried less often the longer they do not work", async () => {
    gateway.add("requested");
    for (let each = 0; each < 99; each++) gateway.faults.push(noStream);
    const watched = seqs();
    await passes(600_000);
    const tries = gateway.streams / 3;
    gateway.faults.length = 0;
    gateway.add("completed", { result: {} });

    assert.deepEqual(await inTime(watched), [1, 2]);
    assert.ok(tries >= 3 && tries <= 5, `${tries} times in ten minutes`);
  });
});
