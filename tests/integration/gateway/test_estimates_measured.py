"""The reconciler tells how often recent estimates would have held, by its own rights in the database."""

import psycopg
from lodestone.ids import new_id
from lodestone_gateway.reconciler.estimates import measure_estimates
from lodestone_gateway.store.session import Role, make_engine
from prometheus_client import REGISTRY
from support.gateway_bench import GatewayBench

RUNS = """
    WITH owner AS (INSERT INTO users (id) VALUES (%(user)s) RETURNING id)
    INSERT INTO background_jobs
        (id, user_id, job_type, status, input, deadline_at, created_at, started_at, completed_at)
    SELECT gen_random_uuid(), owner.id, 'polish', 'completed', '{}', now(),
        at, at + interval '0.1 s', at + interval '30.1 s'
    FROM owner, (SELECT now() - number * interval '1 minute' AS at
        FROM generate_series(1, 30) AS number) AS runs"""


def share(job_type: str, of: str, estimate: str) -> float | None:
    labels = {"job_type": job_type, "of": of, "estimate": estimate}
    return REGISTRY.get_sample_value("lodestone_estimate_coverage_ratio", labels)


async def test_jobs_that_took_as_long_as_those_before_them_kept_to_their_estimates(
    bench: GatewayBench,
) -> None:
    with psycopg.connect(bench.settings.database_url) as owner:
        owner.execute(RUNS, {"user": new_id()})
    engine = make_engine(bench.settings.database_url, Role.RECONCILER)
    try:
        await measure_estimates(engine)
    finally:
        await engine.dispose()

    assert share("polish", "end", "p90") == 1
    assert share("polish", "start", "p90") == 1
    assert share("posts", "end", "p90") is None, "of what did not run nothing is told"
