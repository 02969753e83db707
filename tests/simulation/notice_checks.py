"""Small checks of the rows that the relay takes by their names: there may be others that nobody names."""

from lodestone.bus.topology import consumer_config, stream_config
from lodestone.clock import now
from lodestone.events import JobRequested
from lodestone_gateway.outbox.notices import Notices
from lodestone_gateway.outbox.place import LOOK_SECONDS
from lodestone_gateway.outbox.relay import Relay
from lodestone_gateway.projector.fold import FoldedJob
from simulation.plan import Plan
from simulation.small_checks import a_relay, alone, requested
from simulation.world import World

ROWS = 50  # named one after the other
APART_SECONDS = 0.1  # from one of them to the next


def a_lost_notice_is_made_good() -> str | None:
    """Rows are named all the time, each of which waits alone: there is a look at everything now and then."""
    notices, looks = Notices(), 0
    for number in range(ROWS):
        notices.hear(str(number))
        looks += notices.begin(number * APART_SECONDS) is None
        notices.end([], is_all_done=True)
    return None if looks > 1 else "I2: a row whose notice was lost is never looked for while others are named"


def a_named_row_ends_the_rest() -> str | None:
    """A row is put when nothing has waited."""
    notices = _at_rest()
    notices.hear("row")
    return "I2: nobody looks for a row that was put" if notices.are_none(APART_SECONDS) else None


def a_rest_is_no_longer_than_a_look_apart() -> str | None:
    """A row is put of which no notice tells, such as one of a type that only another release knows."""
    is_resting = _at_rest().are_none(LOOK_SECONDS)
    return "I2: a row that nobody names is never looked for" if is_resting else None


def _at_rest() -> Notices:
    notices = Notices()
    notices.begin(0.0)
    notices.end([], is_all_done=True)
    return notices


def who_is_held_back_comes_first() -> str | None:
    """There is room for one more when two wait, of which the second is the only one that was named since."""
    world = World(Plan(0, ()))
    jobs, order = alone(world, _held_back_and_named(world))
    return None if order == jobs[:2] else "I12: a job is published before one that has waited longer"


async def _held_back_and_named(world: World) -> tuple[list[str], list[str]]:
    """Three jobs, and those of them that are published."""
    relay = _begin(world)
    running, held, named = (requested() for _ in range(3))
    _put(world, running)
    await relay.relay_round()
    _put(world, held)
    relay.hear(str(held.job_id))
    await relay.relay_round()
    relay._window.hear_start("ideation", running.job_id, world.loop.time())
    _put(world, named)
    relay.hear(str(named.job_id))
    await relay.relay_round()
    return [str(job.job_id) for job in (running, held, named)], _published(world)


def who_waits_alone_waits_for_room() -> str | None:
    """A job is named when the last worker has just taken what it can: it does not count as tried."""
    world = World(Plan(0, ()))
    alone(world, _name_without_room(world))
    tried = [row.tried for row in world.store.outbox]
    return None if tried == [True, False] else f"I3: jobs count as tried that nobody publishes: {tried}"


async def _name_without_room(world: World) -> None:
    relay = _begin(world)
    relay._window.hear_worker("ideation", "worker", 2, 0, world.loop.time())
    for job in (requested(), requested()):
        _put(world, job)
        relay.hear(str(job.job_id))
        await relay.relay_round()
        relay._window.hear_worker("ideation", "worker", 2, 2, world.loop.time())


def _begin(world: World) -> Relay:
    world.broker.add_stream(stream_config())
    world.broker.add_consumer(consumer_config("ideation"))
    return a_relay(world)


def _put(world: World, job: JobRequested) -> None:
    world.store.jobs[job.job_id] = FoldedJob(job.job_id, job.user_id, job.job_type, now())
    world.store.put(job, str(job.job_id))


def _published(world: World) -> list[str]:
    """Their ids, in the order of the stream."""
    messages = world.broker.stream.messages if world.broker.stream else []
    return [message.subject.rpartition(".")[2] for message in messages]
