// Events → what a page shows. Pure; the same rules as the server's row.
import type { ItemOf, JobErrorCode, JobEvent, JobStatus, Progress, ResultOf } from "./types.ts";

/** `JobState<"ideation">` is that of a job of this type; `JobState<Mine>` says what the result is. */
export interface JobState<T = unknown> {
  status: JobStatus;
  result: ResultOf<T> | null;
  /** A text that a user may read. */
  error: string | null;
  errorCode: JobErrorCode | null;
  progress: Progress;
  /** The finished pieces of the result so far, in its order. */
  items: ItemOf<T>[];
  /** How many events it was made from. */
  seq: number;
  /** The pieces with their places. */
  pieces: Piece<ItemOf<T>>[];
}

interface Piece<Item> {
  key: string;
  index: number;
  item: Item;
}

/** The state before the first event, for any job type. */
export const NOTHING_YET: JobState & { result: null; items: never[]; pieces: never[] } = {
  status: "pending",
  result: null,
  error: null,
  errorCode: null,
  progress: { done: 0, total: 0, message: "" },
  items: [],
  seq: 0,
  pieces: [],
};

/** The state after one more event. */
export function nextState<T>(state: JobState<T>, event: JobEvent<T>): JobState<T> {
  const next = { ...state, seq: event.seq };
  switch (event.event) {
    case "job.started":
      return { ...next, status: "processing" };
    case "job.progress": {
      const total = state.progress.total || event.total; // fixed from the first one on
      const pieces = withPiece(state.pieces, event);
      const items = pieces.map((piece) => piece.item);
      return { ...next, pieces, items, progress: { done: event.done, total, message: event.message } };
    }
    case "job.completed":
      return { ...next, status: "completed", result: event.result };
    case "job.failed":
      return { ...next, status: "failed", error: event.error.message, errorCode: event.error.code };
    case "job.cancelled":
      return { ...next, status: "cancelled" };
    default:
      return next;
  }
}

function withPiece<Item>(
  pieces: Piece<Item>[],
  event: { item?: Item | null; itemKey?: string | null; itemIndex?: number | null },
): Piece<Item>[] {
  if (event.item == null || event.itemKey == null) return pieces;
  const piece = { key: event.itemKey, index: event.itemIndex ?? 0, item: event.item };
  const others = pieces.filter((other) => other.key !== piece.key);
  return [...others, piece].sort((one, other) => one.index - other.index);
}
