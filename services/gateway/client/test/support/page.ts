// A page with React on it.
import { Window } from "happy-dom";

const window = new Window({ url: "http://page.test/" });
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });

const { act, createElement, StrictMode } = await import("react");
const { createRoot } = await import("react-dom/client");

export { act };

/** A hook on a page in StrictMode: what it returned at each rendering, and how to take it away. */
export async function show<T>(
  useHook: () => T,
): Promise<{ seen: T[]; last: () => T; leave: () => Promise<void> }> {
  const seen: T[] = [];
  function Page() {
    seen.push(useHook());
    return null;
  }
  const root = createRoot(document.createElement("div") as unknown as HTMLElement);
  await act(async () => root.render(createElement(StrictMode, null, createElement(Page))));
  return { seen, last: () => seen.at(-1) as T, leave: () => act(async () => root.unmount()) };
}
