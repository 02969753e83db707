import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type JobState, nextState, NOTHING_YET } from "../src/state.ts";
import { Gateway } from "./support/gateway.ts";

function progress(key: string | null, index: number, item: unknown, total = 2) {
  return { done: 1, total, message: "", ...(key && { itemKey: key, itemIndex: index, item }) };
}

function stateAfter(...bodies: object[]) {
  const gateway = new Gateway();
  for (const body of bodies) gateway.add("progress", body as Record<string, unknown>);
  return gateway.history.reduce<JobState>(nextState, NOTHING_YET);
}

describe("the state of a job", () => {
  it("holds items in the result's order, however they come", () => {
    const { items } = stateAfter(progress("b", 1, "second"), progress("a", 0, "first"));

    assert.deepEqual(items, ["first", "second"]);
  });

  it("has the newest item of each key", () => {
    const { items } = stateAfter(progress("a", 0, "old"), progress("b", 1, "other"), progress("a", 0, "new"));

    assert.deepEqual(items, ["new", "other"]);
  });

  it("keeps the first total, as the server does", () => {
    const state = stateAfter(progress(null, 0, null, 10), progress(null, 0, null, 12));

    assert.equal(state.progress.total, 10);
    assert.deepEqual([state.items, state.seq], [[], 2]);
  });
});
