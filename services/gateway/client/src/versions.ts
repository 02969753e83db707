// The versions of a lead magnet's pieces: what was there before each change, and what a late result offers.
import { json, request } from "./http.ts";
import { call, type CallOptions } from "./jobs.ts";
import type { Connection, PieceVersion, RestoredPiece, VersionWithTexts, VersionList } from "./types.ts";

export interface VersionsOptions extends CallOptions {
  /** The job type that writes the piece. Default: all pieces. */
  piece?: string;
  /** Of posts and emails: the place of one of them, from 0. */
  part?: number;
}

export interface RestoreOptions extends CallOptions {
  /** Of posts and emails: restore only the one at this place, from 0. */
  part?: number;
  /** The ETag that was read: of the emails for these, else of the lead magnet. Throws `CONFLICT` if it is an older one. */
  ifMatch?: string;
}

/** The versions without their texts, newest first. */
export async function listVersions(
  connection: Connection,
  leadMagnetId: string,
  options: VersionsOptions = {},
): Promise<PieceVersion[]> {
  const { piece, part, signal } = options;
  const path = `${pathOf(leadMagnetId)}${query({ piece, part })}`;
  return (await call<VersionList>(connection, path, { signal })).items;
}

/** One version with its texts. */
export function readVersion(
  connection: Connection,
  leadMagnetId: string,
  versionId: string,
  options: CallOptions = {},
): Promise<VersionWithTexts> {
  return call(connection, pathOf(leadMagnetId, versionId), options);
}

/** Puts a version in place; what was there becomes a version. Not repeated: a second one would be refused. */
export async function restoreVersion(
  connection: Connection,
  leadMagnetId: string,
  versionId: string,
  options: RestoreOptions = {},
): Promise<RestoredPiece> {
  const { part, ifMatch, signal } = options;
  const path = `${pathOf(leadMagnetId, versionId)}/restore${query({ part })}`;
  const headers: Record<string, string> = ifMatch ? { "If-Match": ifMatch } : {};
  return json(await request(connection, path, { method: "POST", headers, signal }), signal);
}

function pathOf(leadMagnetId: string, versionId?: string): string {
  const list = `/api/lead-magnets/${encodeURIComponent(leadMagnetId)}/versions`;
  return versionId === undefined ? list : `${list}/${encodeURIComponent(versionId)}`;
}

function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
