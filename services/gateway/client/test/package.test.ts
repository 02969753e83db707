// What is published: how big it is, what it drags in, and that it can be left away.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));
const PAGE = `${SOURCES}page.ts`;
const MOST_BYTES = 5 * 1024;

/** What a page gets that has this one line, minified; `external` is left out. */
async function bundle(line: string, external: string[] = []): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === PAGE ? id : null),
        load: (id) => (id === PAGE ? line.replaceAll("@/", SOURCES) : null),
      },
    ],
    build: {
      write: false,
      target: "es2022",
      lib: { entry: PAGE, formats: ["es"] },
      rolldownOptions: { external, output: { minify: true } },
    },
  });
  const [output] = [built].flat();
  assert.ok(output && "output" in output);
  return output.output.map((part) => ("code" in part ? part.code : "")).join("");
}

describe("the package", () => {
  it("is under 5 kB, zipped, with all its parts and its parser, without React", async () => {
    const code = await bundle('export * from "@/index.ts"; export * from "@/useBackgroundJob.ts";', [
      "react",
    ]);
    const size = gzipSync(code, { level: 9 }).length;

    console.log(`${size} bytes zipped, ${code.length} before`);
    assert.ok(size < MOST_BYTES, `${size} bytes`);
    assert.ok(size > 1_000, "something is in it");
  });

  it("gives who only submits no parser, no watching and no React", async () => {
    const code = await bundle('export { submitJob } from "@/index.ts";');

    assert.match(code, /Idempotency-Key/);
    assert.doesNotMatch(code, /event-stream|If-None-Match|react/);
  });

  it("leaves nothing behind where nothing of it is used", async () => {
    assert.equal((await bundle('import "@/index.ts"; export {};')).trim(), "");
  });

  it("needs one package at run time, and React only for the hook", async () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      await readFile(new URL("../package.json", import.meta.url), "utf8"),
    );

    assert.deepEqual(Object.keys(dependencies), ["eventsource-parser"]);
    assert.deepEqual(Object.keys(peerDependencies), ["react"]);
    assert.ok(peerDependenciesMeta.react.optional);
  });
});
