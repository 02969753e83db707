/* What each job type makes, in the words of the page. */
const labels = JSON.parse(document.body.dataset.labels ?? "{}");

export const label = (jobType) => labels[jobType] ?? jobType;
