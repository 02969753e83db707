/* The name of what each job type makes. */
const labels = JSON.parse(document.body.dataset.labels ?? "{}");

export const label = (jobType) => labels[jobType] ?? jobType;
