"""Checks the promises (1 to 12) on a recorded run. Pure: the same run gives the same answer."""

from collections.abc import Callable, Iterator

from chaos import rules_calls, rules_clients, rules_log, rules_rows, rules_shares
from chaos.history import Run
from chaos.violation import Violation

Rule = Callable[[Run], Iterator[Violation]]

RULES: tuple[Rule, ...] = (
    rules_rows.nothing_accepted_is_lost,
    rules_log.every_job_ends_in_time,
    rules_log.one_end,
    rules_log.only_the_newest_attempt_writes,
    rules_calls.nobody_calls_after_the_end,
    rules_log.a_takeover_has_a_reason,
    rules_log.a_takeover_comes_in_time,
    rules_log.nothing_finished_is_bought_again,
    rules_calls.every_call_is_announced,
    rules_calls.every_call_is_settled,
    rules_calls.the_ledger_is_what_the_stream_says,
    rules_calls.attempts_are_bounded,
    rules_calls.paid_twice_only_where_something_died,
    rules_log.a_cancel_wins_over_what_follows,
    rules_calls.a_cancel_closes_the_calls_in_time,
    rules_log.an_end_has_its_reason,
    rules_log.overload_uses_no_attempt,
    rules_log.a_retry_waits_for_its_time,
    rules_rows.the_table_is_the_fold,
    rules_rows.the_history_is_the_log,
    rules_clients.a_watcher_sees_one_to_n,
    rules_clients.an_event_is_the_same_for_everybody,
    rules_clients.nobody_is_told_less_than_before,
    rules_clients.the_feed_tells_everything,
    rules_clients.nobody_sees_what_belongs_to_others,
    rules_clients.a_stop_tells_open_streams,
    rules_clients.a_stop_ends_well,
    rules_calls.a_stop_lets_calls_end,
    rules_shares.nobody_has_more_jobs_than_allowed,
    rules_shares.nobody_starts_more_jobs_a_day_than_allowed,
    rules_shares.nobody_spends_more_a_day_than_allowed,
    rules_shares.nobody_waits_behind_a_flood,
    rules_shares.together_they_keep_the_providers_limits,
)


def check(run: Run) -> list[Violation]:
    """Every promise that was broken; empty if all were kept."""
    return [violation for rule in RULES for violation in rule(run)]
