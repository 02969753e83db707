// The texts that an owner brings along: pasted, or taken from a file.
import { json, request } from "./http.ts";
import { call, type CallOptions } from "./jobs.ts";
import type { Connection, ListedSource, Source, SourceList } from "./types.ts";

const LIMIT_MS = 60_000; // a file may wait for its turn

export interface NewSourceOptions extends CallOptions {
  /** The lead magnet that it is for. Default: all of the owner's. */
  leadMagnetId?: string;
}

export interface ChangeOptions extends CallOptions {
  /** The ETag that was read. Throws `CONFLICT` if it is an older one. */
  ifMatch?: string;
}

/** The sources without their texts: those for all lead magnets, and those for this one. */
export async function listSources(
  connection: Connection,
  { leadMagnetId, signal }: NewSourceOptions = {},
): Promise<ListedSource[]> {
  return (await call<SourceList>(connection, `/api/sources${query({ leadMagnetId })}`, { signal })).items;
}

/** One source with its text. */
export function readSource(connection: Connection, id: string, options: CallOptions = {}): Promise<Source> {
  return call(connection, pathOf(id), options);
}

/** Adds a pasted text. Not repeated: a second one would be a second source. */
export async function addSource(
  connection: Connection,
  source: { name: string; text: string },
  { leadMagnetId, signal }: NewSourceOptions = {},
): Promise<Source> {
  const body = { ...source, leadMagnetId };
  return json(await request(connection, "/api/sources", { method: "POST", body, signal }), signal);
}

/** Adds the text of a file; its name says which kind it is. Throws `VALIDATION_ERROR` with a sentence if there is none to take. */
export async function uploadSource(
  connection: Connection,
  name: string,
  file: Blob,
  { leadMagnetId, signal }: NewSourceOptions = {},
): Promise<Source> {
  const path = `/api/sources/files${query({ name, leadMagnetId })}`;
  const headers = { "Content-Type": "application/octet-stream" };
  return json(
    await request(connection, path, { method: "POST", headers, file, limitMs: LIMIT_MS, signal }),
    signal,
  );
}

/** Changes its name or its text. */
export async function changeSource(
  connection: Connection,
  id: string,
  changes: { name?: string; text?: string },
  { ifMatch, signal }: ChangeOptions = {},
): Promise<Source> {
  const headers: Record<string, string> = ifMatch ? { "If-Match": ifMatch } : {};
  return json(
    await request(connection, pathOf(id), { method: "PATCH", headers, body: changes, signal }),
    signal,
  );
}

/** Deletes it. */
export async function deleteSource(
  connection: Connection,
  id: string,
  options: CallOptions = {},
): Promise<void> {
  await request(connection, pathOf(id), { method: "DELETE", ...options });
}

function pathOf(id: string): string {
  return `/api/sources/${encodeURIComponent(id)}`;
}

function query(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
