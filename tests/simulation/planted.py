"""The bugs that the simulation must find."""

from simulation.asking_checks import (
    a_moments_absence_is_no_death,
    a_stopped_worker_is_not_absent,
    after_a_restart_of_the_bus_all_are_absent,
    in_a_cluster_another_server_may_have_gone,
)
from simulation.erasing_checks import (
    erased_is_not_restored,
    erased_log_stays_closed,
    lost_log_is_closed_too,
    settled_call_is_folded_first,
)
from simulation.mutants import Mutant, Patch, mutant
from simulation.small_checks import (
    answer_is_about_one_start,
    cancel_is_judged_by_the_log,
    copy_is_not_the_whole_log,
    duplicate_is_no_success,
    first_end_counts,
    marked_cancel_is_restored,
    one_silence_is_no_death,
    refused_start_is_judged_again,
    second_try_is_no_first,
    takeover_raises_the_version,
)

JUDGEMENT = "lodestone.judgement:"
PUBLISHER = "lodestone.bus.publisher:JobStream."
EXECUTOR = "lodestone.worker.executor:Executor."
ATTEMPT = "lodestone.worker.attempt:Attempt."
CONTEXT = "lodestone.worker.context:AttemptContext."
WRITER = "lodestone.worker.writer:JobWriter."
RELAY = "lodestone_gateway.outbox.relay:Relay."
RESTORE = "lodestone_gateway.jobs.restore:"
READING = "lodestone.bus.reading:"
FOLD = "lodestone_gateway.projector.fold:"
ERASURE = "lodestone.erasure:"

WORKER_BUGS = (
    mutant(
        "acknowledges before it publishes",
        "I2",
        EXECUTOR + "execute",
        "ending = await self._load(delivery)",
        "await delivery.ack(); ending = await self._load(delivery)",
    ),
    mutant(
        "takes over without asking",
        "I5",
        JUDGEMENT + "on_delivery",
        "and owner is not Owner.GONE",
        "and False",
        family="silence",
    ),
    mutant(
        "takes a silent log for a dead worker",
        "I5",
        EXECUTOR + "_judge",
        "owner=reply if newest.state == asked else Owner.NOT_ASKED",
        "owner=Owner('gone' if (now() - newest.entries[-1].time).total_seconds() > 9 else 'has_it')"
        " if newest.entries else reply",
        family="silence",
    ),
    mutant(
        "takes one silence for death",
        "I5",
        "lodestone.bus.ask:_owner",
        ">= ASK_WINDOW_SECONDS",
        ">= 0.0",
        check=one_silence_is_no_death,
    ),
    mutant(
        "takes a moment's absence for death",
        "I5",
        "lodestone.bus.ask:_owner",
        ">= absence",
        ">= 0.0",
        check=a_moments_absence_is_no_death,
    ),
    mutant(
        "takes a stopped worker for an absent one",
        "I5",
        "lodestone.bus.ask:_owner",
        "if answer is None:",
        "if False:",
        check=a_stopped_worker_is_not_absent,
    ),
    mutant(
        "asks as briefly after the bus was away",
        "I5",
        "lodestone.bus.ask:_absence",
        "has_cluster or was_away",
        "has_cluster",
        check=after_a_restart_of_the_bus_all_are_absent,
    ),
    mutant(
        "asks as briefly in a cluster",
        "I5",
        "lodestone.bus.ask:_absence",
        "has_cluster or was_away",
        "was_away",
        check=in_a_cluster_another_server_may_have_gone,
    ),
    mutant(
        "keeps an answer for a later start",
        "I5",
        EXECUTOR + "_judge",
        "newest.state == asked",
        "asked and newest.owner == asked.worker_id",
        check=answer_is_about_one_start,
    ),
    mutant(
        "counts deliveries as attempts",
        "I9",
        JUDGEMENT + "on_delivery",
        "log.counted >= requested.max_attempts",
        "log.attempt >= requested.max_attempts",
    ),
    mutant(
        "acknowledges though fenced off",
        "I2",
        ATTEMPT + "_conclude",
        "if standing is Standing.TAKEN: return LetGo()",
        "if standing is Standing.TAKEN: return Acknowledge()",
        family="races",
    ),
    mutant(
        "completes over a cancel",
        "I6",
        JUDGEMENT + "standing",
        "Standing.CANCELLED if log.cancel else Standing.MINE",
        "Standing.MINE",
    ),
    mutant(
        "judges the log only after a conflict",
        "I1",
        WRITER + "_serve",
        "if self.standing not in request.allowed:",
        "if vars(self).get('refused') and self.standing not in request.allowed:",
        Patch(
            WRITER + "_append",
            "self._learn(appended.log)",
            "self._learn(appended.log); self.refused = not appended.stored",
        ),
        family="losses",
    ),
    mutant(
        "takes stored for permission",
        "I8",
        CONTEXT + "start_call",
        "if is_fresh and standing is Standing.MINE:",
        "if is_fresh:",
        family="losses",
    ),
    mutant(
        "takes a late answer for permission",
        "I8",
        CONTEXT + "start_call",
        "if is_fresh and standing is Standing.MINE:",
        "if standing is Standing.MINE:",
        family="races",
    ),
    mutant(
        "calls before call_started is stored",
        "I4",
        CONTEXT + "_announce_call",
        "await self.writer.append(partial(self._call_started, call_id, call), GOING_ON)",
        "(self.writer.submit(partial(self._call_started, call_id, call), GOING_ON), Standing.MINE)[1]",
    ),
    mutant(
        "leaves a call open that it announced and gave up",
        "I10",
        CONTEXT + "_announce_call",
        "if call_id in newest.open_calls else None",
        "if False else None",
        family="losses",
    ),
    mutant(
        "forgets the finished items",
        "I7",
        CONTEXT + "__init__",
        "self._finished = {item.item_key: item.item for item in everything}",
        "self._finished = {}",
    ),
    mutant(
        "takes a copy of the request for the whole log",
        "I5",
        "lodestone.job_log:presumed_log",
        "and not entry.event.redelivery",
        "",
        check=copy_is_not_the_whole_log,
    ),
    mutant(
        "presumes again what the fence refused",
        "I2",
        EXECUTOR + "_judge",
        "presumed = None",
        "pass",
        check=refused_start_is_judged_again,
    ),
    mutant("runs what has ended", "I1", JUDGEMENT + "on_delivery", "if log.terminal:", "if False:"),
    mutant(
        "starts again what runs here",
        "I5",
        JUDGEMENT + "on_delivery",
        "if running_here or log.is_lost",
        "if log.is_lost",
    ),
    mutant(
        "leaves its calls unsettled when it is stopped",
        "I10",
        CONTEXT + "finish_call",
        "as_is(settled), SETTLING",
        "as_is(settled), GOING_ON",
    ),
)

LOG_BUGS = (
    mutant(
        "appends without the fence",
        "I1",
        PUBLISHER + "_publish",
        "headers[subjects.EXPECTED_SEQUENCE] = str(expected)",
        "pass",
    ),
    mutant(
        "takes a conflict for success",
        "I1",
        PUBLISHER + "_append",
        "return Appended(newest.holds(envelope.event_id), newest)",
        "return Appended(True, newest)",
    ),
    mutant(
        "takes a duplicate for success",
        "I2",
        PUBLISHER + "_append",
        "if newest.holds(envelope.event_id):",
        "if True:",
        check=duplicate_is_no_success,
    ),
    mutant(
        "looks for its event only at the end",
        "I10",
        PUBLISHER + "_append",
        "return Appended(newest.holds(envelope.event_id), newest)",
        "return Appended(newest.entries != () and newest.entries[-1].event_id == envelope.event_id, newest)",
    ),
    mutant(
        "repeats a doubtful append at 0 without open",
        "I3",
        PUBLISHER + "_append",
        "elif log.last_sequence == 0:",
        "elif False:",
        family="wipes",
    ),
    mutant(
        "takes a half-restored log for whole",
        "I3",
        "lodestone.job_log:JobLog.is_lost",
        "not self.entries or self.is_open",
        "not self.entries",
        family="wipes",
    ),
    mutant(
        "counts a new stream from 1",
        "I3",
        "lodestone.bus.topology:_create_stream",
        "replace(stream_config(), first_seq=time.time_ns() // 1000)",
        "stream_config()",
        family="wipes",
    ),
)

GATEWAY_BUGS = (
    mutant(
        "marks before the confirmation",
        "I2",
        RELAY + "relay_round",
        "published = await",
        "await mark_published(self._connection, [row.event_id for row in waiting]); published = await",
    ),
    mutant(
        "presumes an empty log for whatever it relays",
        "I6",
        RELAY + "_log_of",
        "if row.is_first_try else",
        "if True else",
        check=cancel_is_judged_by_the_log,
    ),
    mutant(
        "takes each try for the first",
        "I3",
        "lodestone_gateway.outbox.queue:Waiting.may_be_first",
        "tried=self.tried",
        "tried=False",
        check=second_try_is_no_first,
    ),
    mutant(
        "only marks a cancel",
        "I6",
        JUDGEMENT + "on_outbox_cancel",
        "if row.is_terminal or log.terminal:",
        "if True:",
    ),
    mutant(
        "delivers again what the broker still holds",
        "I2",
        JUDGEMENT + "on_reconcile",
        "if not broker_holds_message and silence",
        "if silence",
        family="silence",
    ),
    mutant(
        "restores what was erased",
        "I11",
        RESTORE + "restore",
        "if (record.is_terminal and not also_ended) or not",
        "if not",
        check=erased_is_not_restored,
    ),
    mutant(
        "purges what is not folded yet",
        "I3",
        ERASURE + "on_erasure",
        "or log.last_sequence > folded_to",
        "or False",
        check=settled_call_is_folded_first,
    ),
    mutant(
        "purges a call that is not settled",
        "I10",
        ERASURE + "on_erasure",
        "(log.open_calls and not log.is_open)",
        "False",
        family="erasures",
    ),
    mutant(
        "leaves nothing of an erased log",
        "I11",
        "lodestone_gateway.reconciler.erase:LogEraser._is_clean",
        "case AppendEnd(entry):",
        "case AppendEnd(_) if not newest.entries: return True\n"
        "        case AppendEnd(_): await self._stream.purge('ideation', erasing.job_id, before=10**18)\n"
        "        case AppendEnd(entry):",
        check=erased_log_stays_closed,
    ),
    mutant(
        "takes an empty log for a clean one",
        "I11",
        ERASURE + "on_erasure",
        "return AppendEnd(_end_of(end)) if end else Clean()",
        "return Clean()",
        check=lost_log_is_closed_too,
    ),
    mutant(
        "restores without raising the cursor's version",
        "I3",
        RESTORE + "_take_over",
        "await session.execute(update(ProjectorCursor).values(version=col(ProjectorCursor.version) + 1))",
        "pass",
        check=takeover_raises_the_version,
    ),
    mutant(
        "does not restore a marked cancel",
        "I6",
        RESTORE + "record_of",
        "if cancel and cancel.published_at",
        "if False and cancel.published_at",
        check=marked_cancel_is_restored,
    ),
    mutant(
        "folds what another projector read",
        "I3",
        READING + "read_after",
        "await jetstream.delete_consumer(subjects.STREAM, consumer)",
        "pass",
        Patch(READING + "Reading._in_order", "message.metadata.sequence.consumer != self.delivered", "False"),
        Patch(READING + "Reading._check_alive", "info.delivered.consumer_seq != arrived", "False"),
    ),
    mutant(
        "lets a later end win in the fold",
        "I6",
        FOLD + "_kind_of",
        "if not job.status.is_terminal:",
        "if True:",
        Patch("lodestone.status:apply", "if target in MOVES[status] else status", ""),
        check=first_end_counts,
    ),
    mutant(
        "knows events by their sequence alone",
        "I3",
        FOLD + "_kind_of",
        "if entry.event_id in folded.known:",
        "if False:",
    ),
)

MUTANTS: tuple[Mutant, ...] = (*WORKER_BUGS, *LOG_BUGS, *GATEWAY_BUGS)
