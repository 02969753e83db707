// A whole page: submits an ideation job and shows its ten concepts as they come.
import { type Connection, type JobInput, LodestoneError, submitJob } from "@lodestone/client";
import { useBackgroundJob } from "@lodestone/client/react";
import { StrictMode, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import "./style.css";

function Page() {
  const [token, setToken] = useState<string>(import.meta.env.VITE_LODESTONE_TOKEN ?? "");
  const [business, setBusiness] = useState("I help busy parents get fit at home, in 20 minutes a day.");
  const connection = useMemo<Connection>(
    () => ({ baseUrl: import.meta.env.VITE_LODESTONE_URL, token }),
    [token],
  );
  return (
    <>
      <h1>Ten lead magnets</h1>
      <label>
        Token <input value={token} onChange={(event) => setToken(event.target.value)} />
      </label>
      <label>
        What you do <textarea value={business} onChange={(event) => setBusiness(event.target.value)} />
      </label>
      <Ideas
        connection={connection}
        input={{ businessDescription: business, businessType: "coach-consultant" }}
      />
    </>
  );
}

function Ideas({ connection, input }: { connection: Connection; input: JobInput<"ideation"> }) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const job = useBackgroundJob<"ideation">({ connection, timeout: 600_000 });
  const concepts = job.result?.concepts ?? job.items;

  async function generate() {
    setRefusal(null);
    try {
      const { jobId } = await submitJob(connection, { jobType: "ideation", input });
      job.startPolling(jobId);
    } catch (error) {
      setRefusal(error instanceof LodestoneError ? error.message : String(error));
    }
  }

  return (
    <>
      <div className="row">
        <button className="go" onClick={generate} disabled={job.isLoading}>
          Generate
        </button>
        <button onClick={job.cancel} disabled={!job.isLoading}>
          Stop
        </button>
      </div>
      <p role="status">
        {job.status} {job.progress.total > 0 && `${job.progress.done} of ${job.progress.total}`}
      </p>
      {job.progress.total > 0 && (
        <progress aria-label="Concepts" value={job.progress.done} max={job.progress.total} />
      )}
      {(refusal ?? job.error) && <p role="alert">{refusal ?? job.error}</p>}
      <ol>
        {concepts.map((concept) => (
          <li key={concept.archetype}>{concept.title}</li>
        ))}
      </ol>
    </>
  );
}

createRoot(document.getElementById("page") as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
