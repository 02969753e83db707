// A page that notes what the client tells it, under StrictMode. What to watch is in the address.
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { type Connection, followJob, type JobEvent, type JobState } from "../../src/index.ts";
import { useBackgroundJob } from "../../src/useBackgroundJob.ts";

interface Told {
  events: JobEvent[];
  state: JobState | null;
  results: unknown[];
  errors: string[];
  effects: number;
}

const told: Told = { events: [], state: null, results: [], errors: [], effects: 0 };
Object.assign(window, { told });
const asked = new URLSearchParams(location.search);
const connection: Connection = { baseUrl: asked.get("gateway") ?? "", token: asked.get("token") ?? "" };
const jobId = asked.get("job") ?? "";

function Page() {
  const { startPolling, status, isPolling, items } = useBackgroundJob({
    connection,
    onComplete: (result) => told.results.push(result),
    onError: (error) => told.errors.push(error),
  });
  useEffect(() => {
    told.effects += 1;
    startPolling(jobId);
  }, [startPolling]);
  return (
    <p role="status">
      {isPolling ? "watching" : "done"}: {status}, {items.length} items
    </p>
  );
}

createRoot(document.getElementById("page") as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
told.state = await followJob(connection, jobId, { onEvent: (event) => told.events.push(event) });
