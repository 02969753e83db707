import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { LodestoneError } from "../src/errors.ts";
import { exportPiece } from "../src/exports.ts";
import type { Connection } from "../src/types.ts";
import { Gateway, problem } from "./support/gateway.ts";
import { inTime, useFastTime } from "./support/time.ts";

useFastTime();

const MAGNET = "01900000-0000-7000-8000-0000000000aa";

let gateway: Gateway;
let connection: Connection;

beforeEach(() => {
  gateway = new Gateway();
  connection = { baseUrl: "http://gateway.test/", token: "secret", fetch: gateway.fetch };
});

describe("exportPiece", () => {
  it("gives the file with its whole name, after an overload too", async () => {
    const headers = {
      "Content-Disposition":
        "attachment; filename=\"Gro.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%2C%20page.pdf",
    };
    gateway.faults.push(
      () => problem(503, "UNAVAILABLE"),
      () => new Response("%PDF", { headers }),
    );

    const { name, content } = await inTime(exportPiece(connection, MAGNET, "page.pdf"));

    assert.equal(name, "Größe, page.pdf");
    assert.equal(await content.text(), "%PDF");
    assert.equal(gateway.calls[0]?.path, `/api/lead-magnets/${MAGNET}/exports/page.pdf`);
  });

  it("names the file itself where a browser hides the header, and throws what the gateway refuses", async () => {
    gateway.faults.push(
      () => new Response("a,b"),
      () => problem(404, "NOT_FOUND"),
    );

    assert.equal((await inTime(exportPiece(connection, MAGNET, "posts.csv"))).name, "posts.csv");
    await assert.rejects(inTime(exportPiece(connection, MAGNET, "posts.csv")), LodestoneError);
  });
});
