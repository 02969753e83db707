"""What a dry run says of what it counted."""

from decimal import Decimal

from lodestone.jobs import JOB_TYPES
from lodestone_gateway.operating.bulk_found import REASONS, found_of
from lodestone_gateway.store.bulk_queries import ERASED, RUN_AGAIN, Count


def test_the_forecast_is_what_such_jobs_cost_of_late_or_else_what_the_registry_expects() -> None:
    counts = [Count(None, "posts", 10), Count(None, "emails", 2)]

    found = found_of(counts, {"posts": Decimal("0.05")}, is_paid=True)

    assert [(each.job_type, each.count) for each in found.by_type] == [("emails", 2), ("posts", 10)]
    assert found.by_type[0].cost_usd == 2 * JOB_TYPES["emails"].estimate_usd
    assert found.by_type[1].cost_usd == Decimal("0.50")
    assert found.cost_usd == sum(each.cost_usd or 0 for each in found.by_type)


def test_what_is_not_eligible_is_told_by_reason_the_most_frequent_first() -> None:
    counts = [Count(ERASED, "posts", 1), Count(RUN_AGAIN, "posts", 2), Count(RUN_AGAIN, "emails", 3)]

    found = found_of(counts, {}, is_paid=True)

    assert [(each.reason, each.count) for each in found.not_eligible] == [(RUN_AGAIN, 5), (ERASED, 1)]
    assert found.not_eligible[0].text == REASONS[RUN_AGAIN]
    assert (found.eligible, found.by_type, found.cost_usd) == (0, [], Decimal(0))


def test_what_costs_nothing_has_no_forecast() -> None:
    found = found_of([Count(None, "posts", 10)], {}, is_paid=False)

    assert (found.eligible, found.cost_usd, found.by_type[0].cost_usd) == (10, None, None)


def test_what_a_page_finds_is_added_to_what_was_counted_before() -> None:
    first = found_of([Count(None, "posts", 10), Count(ERASED, "posts", 1)], {}, is_paid=False)

    found = found_of([*first.counts, Count(None, "posts", 2), Count(ERASED, "emails", 3)], {}, is_paid=False)

    assert [(each.job_type, each.count) for each in found.by_type] == [("posts", 12)]
    assert [(each.reason, each.count) for each in found.not_eligible] == [(ERASED, 4)]
