// One request: the address, the token, and errors of one class.
import { errorOf, networkError } from "./errors.ts";
import type { Connection } from "./types.ts";

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent as it is, instead of a body. */
  file?: Blob;
  signal?: AbortSignal;
  /** Milliseconds to wait for the whole answer; Infinity for a stream. */
  limitMs?: number;
}

const LIMIT_MS = 20_000;

/** The answer if it is a success or 304. Throws LodestoneError, or the signal's reason. */
export async function request(connection: Connection, path: string, ask: Ask = {}): Promise<Response> {
  const { token } = connection;
  const bearer = typeof token === "function" ? await token() : token;
  let answer = await send(connection, path, ask, bearer);
  if (answer.status === 401 && typeof token === "function") {
    const renewed = await token(bearer); // it may have ended on its way here, or by another clock
    if (renewed && renewed !== bearer) answer = await send(connection, path, ask, renewed);
  }
  if (!answer.ok && answer.status !== 304) throw await errorOf(answer);
  return answer;
}

async function send(connection: Connection, path: string, ask: Ask, bearer?: string): Promise<Response> {
  const { baseUrl = "", fetch: ours = fetch } = connection;
  const headers: Record<string, string> = { Accept: "application/json", ...ask.headers };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (ask.body !== undefined) headers["Content-Type"] = "application/json";
  const signal = withLimit(ask.limitMs ?? LIMIT_MS, ask.signal);
  try {
    return await ours(baseUrl.replace(/\/$/, "") + path, {
      method: ask.method ?? "GET",
      headers,
      body: ask.file ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body)),
      signal,
      cache: "no-store", // the browser's cache would answer 304 in our place
    });
  } catch (error) {
    ask.signal?.throwIfAborted();
    throw networkError(error);
  }
}

/** The answer's JSON. Throws LodestoneError if the connection is cut in the middle. */
export async function json<T>(answer: Response, signal?: AbortSignal): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch (error) {
    signal?.throwIfAborted();
    throw networkError(error);
  }
}

function withLimit(ms: number, signal?: AbortSignal): AbortSignal | undefined {
  if (ms === Infinity) return signal;
  const limit = AbortSignal.timeout(ms);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}
