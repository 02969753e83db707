import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { useEffect, useRef } from "react";
import type { Connection } from "../src/types.ts";
import { type BackgroundJobOptions, useBackgroundJob } from "../src/useBackgroundJob.ts";
import { Gateway, JOB, problem } from "./support/gateway.ts";
import { act, show } from "./support/page.ts";
import { passes, quiet, useFastTime } from "./support/time.ts";

useFastTime();

let gateway: Gateway;
let connection: Connection;
let told: unknown[];

beforeEach(() => {
  gateway = new Gateway();
  connection = { fetch: gateway.fetch };
  told = [];
});

function options(more: BackgroundJobOptions<unknown> = {}): BackgroundJobOptions<unknown> {
  return {
    connection,
    onComplete: (result) => told.push({ result }),
    onError: (error) => told.push({ error }),
    ...more,
  };
}

const page = (more: BackgroundJobOptions<unknown> = {}) => show(() => useBackgroundJob(options(more)));
const time = (ms: number) => act(() => passes(ms));

describe("useBackgroundJob", () => {
  it("returns what existing code reads, before anything is watched", async () => {
    const { last } = await page();
    const { startPolling, stopPolling, cancel, ...values } = last();

    assert.deepEqual(values, {
      status: null,
      result: null,
      error: null,
      isLoading: false,
      isPolling: false,
      progress: { done: 0, total: 0, message: "" },
      items: [],
    });
    assert.ok([startPolling, stopPolling, cancel].every((each) => typeof each === "function"));
  });

  it("says that it polls from the first moment until the end", async () => {
    gateway.add("requested");
    const { seen, last } = await page();
    await act(async () => last().startPolling(JOB));
    const { status, isPolling, isLoading } = last();
    const from = seen.length;
    await act(async () => gateway.add("started"));
    await time(1_000);

    assert.deepEqual(
      { status, isPolling, isLoading },
      { status: "pending", isPolling: true, isLoading: true },
    );
    assert.ok(seen.slice(from).every((each) => each.isPolling));
    assert.equal(last().status, "processing");
  });

  it("shows items as they come, then the result, and tells it once", async () => {
    gateway.add("requested");
    const { last } = await page();
    await act(async () => last().startPolling(JOB));
    await act(async () => gateway.addItem(0, 2));
    await act(() => quiet());
    const { progress, items } = last();
    await act(async () => gateway.add("completed", { result: { title: "whole" } }));
    await time(10_000);

    assert.deepEqual(
      { progress, items },
      { progress: { done: 1, total: 2, message: "" }, items: [{ title: "item 0" }] },
    );
    assert.deepEqual(told, [{ result: { title: "whole" } }]);
    const { status, result, error, isPolling, isLoading } = last();
    assert.deepEqual(
      { status, result, error, isPolling, isLoading },
      { status: "completed", result: { title: "whole" }, error: null, isPolling: false, isLoading: false },
    );
  });

  for (const empty of [null, {}, [], "", 0, false]) {
    it(`takes the empty result ${JSON.stringify(empty)} for a result`, async () => {
      gateway.addWholeJob(0, empty);
      const { last } = await page();
      await act(async () => last().startPolling(JOB));
      await time(1_000);

      assert.deepEqual(told, [{ result: empty }]);
      assert.equal(last().isPolling, false);
    });
  }

  for (const [status, code] of [
    [401, "UNAUTHORIZED"],
    [404, "NOT_FOUND"],
  ] as const) {
    it(`stops at ${status}`, async () => {
      gateway.faults.push(() => problem(status, code));
      const { last } = await page();
      await act(async () => last().startPolling(JOB));
      await time(60_000);

      assert.deepEqual(told, [{ error: `${code} in words` }]);
      assert.equal(last().error, `${code} in words`);
      assert.equal(last().isPolling, false);
      assert.equal(gateway.calls.length, 1);
    });
  }

  it("tells the text of a failure", async () => {
    gateway.add("requested");
    gateway.add("failed", { error: { code: "AI_ERROR", message: "The AI made a mistake." } });
    const { last } = await page();
    await act(async () => last().startPolling(JOB));
    await time(1_000);

    assert.deepEqual(told, [{ error: "The AI made a mistake." }]);
    assert.equal(last().status, "failed");
  });

  it("tells once with slow replies and overlapping intervals", async () => {
    gateway.addWholeJob();
    gateway.faults.push(async () => {
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      return undefined;
    });
    const { last } = await page({ pollInterval: 100 });
    await act(async () => last().startPolling(JOB));
    await time(30_000);

    assert.equal(told.length, 1);
  });

  it("stops watching after its time limit and leaves the job alone", async () => {
    gateway.add("requested");
    gateway.add("started");
    const { last } = await page({ timeout: 5_000 });
    await act(async () => last().startPolling(JOB));
    await time(4_000);
    assert.deepEqual(told, []);
    await time(2_000);
    assert.ok(
      gateway.calls.every((call) => call.signal?.aborted),
      "nothing is left open",
    );
    gateway.add("completed", { result: {} });
    await time(10_000);

    assert.equal(told.length, 1);
    assert.match(last().error ?? "", /taking longer than expected/);
    assert.deepEqual([last().status, last().isPolling], ["processing", false]);
    assert.ok(!gateway.calls.some((call) => call.method !== "GET"));
  });

  it("watches for five minutes without being told, and for ever when told", async () => {
    gateway.add("requested");
    const usual = await page();
    await act(async () => usual.last().startPolling(JOB));
    await time(299_000);
    assert.equal(usual.last().isPolling, true);
    await time(2_000);
    assert.equal(usual.last().isPolling, false);

    const patient = await page({ timeout: Infinity });
    await act(async () => patient.last().startPolling(JOB));
    await time(400_000);
    assert.equal(patient.last().isPolling, true);
    await patient.leave();
  });

  it("is silent after stopPolling", async () => {
    gateway.add("requested");
    const { last } = await page();
    await act(async () => last().startPolling(JOB));
    await act(async () => last().stopPolling());
    gateway.add("completed", { result: {} });
    await time(5_000);

    assert.deepEqual(told, []);
    assert.deepEqual([last().status, last().isPolling], ["pending", false]);
  });

  it("is silent after the page is left, and closes its connection", async () => {
    gateway.add("requested");
    const { last, leave } = await page();
    await act(async () => last().startPolling(JOB));
    await leave();
    gateway.add("completed", { result: {} });
    await passes(5_000);
    last().startPolling(JOB); // an answer to a submit that came too late
    await passes(5_000);

    assert.deepEqual(told, []);
    assert.equal(gateway.calls.length, 1);
    assert.ok(gateway.calls[0]?.signal?.aborted);
  });

  it("watches another job in place of the first", async () => {
    gateway.add("requested");
    const { last } = await page();
    await act(async () => last().startPolling("first"));
    await act(async () => last().startPolling(JOB));
    gateway.add("completed", { result: 1 });
    await time(5_000);

    assert.deepEqual(told, [{ result: 1 }]);
    assert.ok(gateway.calls.find((call) => call.path.includes("first"))?.signal?.aborted);
  });

  for (const [way, isGuarded] of [
    ["each time", false],
    ["the first time only", true],
  ] as const) {
    it(`tells once when an effect starts it ${way}, which StrictMode runs twice`, async () => {
      gateway.addWholeJob();
      await show(() => {
        const { startPolling } = useBackgroundJob(options());
        const hasBegun = useRef(false);
        useEffect(() => {
          if (isGuarded && hasBegun.current) return;
          hasBegun.current = true;
          startPolling(JOB);
        }, [startPolling]);
      });
      await time(5_000);

      assert.equal(told.length, 1);
    });
  }

  it("calls the callback of the newest rendering", async () => {
    gateway.add("requested");
    let rendering = 0;
    const { last } = await show(() => {
      const mine = ++rendering;
      return useBackgroundJob(options({ onComplete: () => told.push(mine) }));
    });
    await act(async () => last().startPolling(JOB));
    const before = rendering;
    await act(async () => gateway.add("completed", { result: {} }));
    await time(1_000);

    assert.ok(Number(told[0]) >= before);
  });

  it("asks for the end of the job, and tells it when it has come", async () => {
    gateway.add("requested");
    const { last } = await page();
    await act(async () => last().startPolling(JOB));
    gateway.faults.push((call) =>
      call.path.endsWith("/cancel") ? Response.json({ id: JOB }, { status: 202 }) : undefined,
    );
    await act(async () => last().cancel());
    assert.deepEqual([told, last().isPolling], [[], true]);
    await act(async () => gateway.add("cancelled"));
    await time(1_000);

    assert.deepEqual(told, [{ error: "The job was cancelled." }]);
    assert.equal(last().status, "cancelled");
  });

  it("is no error to cancel what has just ended", async () => {
    gateway.add("requested");
    const { last, leave } = await page();
    await act(async () => last().startPolling(JOB));
    gateway.faults.push((call) => (call.path.endsWith("/cancel") ? problem(409, "CONFLICT") : undefined));

    await act(async () => last().cancel());
    await leave();
  });

  it("uses the page's own origin and cookie when no connection is given", async () => {
    gateway.addWholeJob();
    const { fetch } = globalThis;
    globalThis.fetch = gateway.fetch;
    try {
      const { last } = await show(() => useBackgroundJob({ onComplete: (result) => told.push(result) }));
      await act(async () => last().startPolling(JOB));
      await time(1_000);
    } finally {
      globalThis.fetch = fetch;
    }

    assert.equal(told.length, 1);
    assert.equal(gateway.calls[0]?.headers.get("authorization"), null);
  });
});
