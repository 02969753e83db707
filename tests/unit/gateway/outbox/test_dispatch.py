"""The relay's rounds as a whole: bounds hold, no place stays empty, nobody starves, whatever is lost."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from lodestone.ids import new_id
from lodestone.judgement import RowState
from lodestone_gateway.outbox.dispatch import Dispatch
from lodestone_gateway.outbox.in_flight import bound_of
from lodestone_gateway.outbox.pauses import Pauses
from lodestone_gateway.outbox.place import Lane, Look, Turn
from lodestone_gateway.outbox.queue import Waiting
from lodestone_gateway.outbox.window import Window
from lodestone_gateway.store.operations_tables import EVERYTHING
from support.logs import requested
from support.stored import NOON

SERVICES = {"ideation": "ideation", "posts": "content", "emails": "content"}
USERS = [new_id() for _ in range(4)]
SLOTS = 8
BOUND = bound_of(SLOTS)
users = st.sampled_from((0, 0, 0, 1, 2, 3))  # one has more than the others
lanes = st.builds(Lane, st.sampled_from(list(SERVICES)), st.booleans())
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), users, lanes, st.integers(1, 12)),
        st.tuples(st.sampled_from(["start", "end", "end unheard"]), st.integers(1, 9)),
        st.tuples(st.sampled_from(["round", "failing round", "ask", "wait"])),
    ),
    max_size=60,
)


@dataclass
class World:
    """An outbox and the jobs that are in flight; workers are heard all the time."""

    slots: int = SLOTS
    time: float = 1000.0
    window: Window = field(default_factory=lambda: Window(SERVICES))
    waiting: list[Waiting] = field(default_factory=list)
    published: dict[UUID, Waiting] = field(default_factory=dict)  # not started
    running: dict[UUID, Waiting] = field(default_factory=dict)
    clocks: dict[Lane, int] = field(default_factory=lambda: defaultdict(int))
    ends: dict[tuple[Lane, int], int] = field(default_factory=lambda: defaultdict(int))
    paused: set[UUID] = field(default_factory=set)  # users, or resumed gradually

    def __post_init__(self) -> None:
        self.dispatch = Dispatch(self.window)
        self.hear()

    def put(self, user: int, lane: Lane, count: int) -> None:
        """Jobs take their turns, as the outbox gives them."""
        for _ in range(count):
            turn = max(self.clocks[lane], self.ends[lane, user])
            self.ends[lane, user] = turn + 1 + user
            self.waiting.append(waiting(USERS[user], lane, turn))
        self.waiting.sort(key=lambda row: (row.is_bulk, row.turn))

    def round(self, *, fails: bool = False) -> None:
        """As the relay's, where nothing is published if it fails."""
        look = self.dispatch.look(self.time)
        chosen = {turn.event_id for turn in self.dispatch.choose(self.read(look))}
        taken = [row for row in self.waiting if row.event_id in chosen]
        self.dispatch.begin(taken)
        for row in () if fails else taken:
            self.waiting.remove(row)
            self.published[row.job_id] = row
            self.clocks[row.place.lane] = max(self.clocks[row.place.lane], row.turn)
        self.dispatch.note(taken, () if fails else chosen, self.time)

    def read(self, look: Look) -> list[Turn]:
        """What the statement of a round reads."""
        left = dict[tuple[Lane, UUID | None], int]()
        found = list[Turn]()
        for turn in [row.place for row in self.waiting if row.event_id not in look.left_alone]:
            assert turn.user_id
            apart = look.capped.get(turn.lane.job_type, {})
            is_apart = turn.user_id in apart
            if turn.user_id in self.paused and (not is_apart or str(turn.user_id) not in look.resumed):
                continue
            room = apart[turn.user_id] if is_apart else look.rooms[turn.lane.job_type]
            queue = (turn.lane, turn.user_id if is_apart else None)
            if left.setdefault(queue, room) and (is_apart or turn.turn >= look.since.get(turn.lane, 0)):
                left[queue] -= 1
                found.append(turn)
        return found

    def start(self, count: int) -> None:
        for job_id, row in list(self.published.items())[:count]:
            self.running[job_id] = self.published.pop(job_id)
            self.window.hear_start(row.job_type, job_id, self.time)

    def end(self, count: int, *, is_heard: bool = True) -> None:
        for job_id in list(self.running)[:count]:
            del self.running[job_id]
            if is_heard:
                self.window.hear_end(job_id, self.time)

    def ask(self) -> None:
        """Postgres and the broker say what is true."""
        for name, line in self.window.lines.items():
            line.correct(sum(row.job_type == name for row in self.published.values()))
        self.window.in_flight.correct(self.window.in_flight.doubtful(self.time), self.living)

    def hear(self) -> None:
        for service in set(SERVICES.values()):
            running = sum(SERVICES[row.job_type] == service for row in self.running.values())
            self.window.hear_worker(service, service, self.slots, running, self.time)

    def rounds(self) -> None:
        """As many as the relay makes without waiting."""
        for _ in range(100):
            self.round()
            if not self.dispatch.goes_on(self.time):
                return
        raise AssertionError("rounds go on for ever")

    def wait(self, seconds: float = 1.5) -> None:
        self.time += seconds
        self.hear()
        self.ask()

    @property
    def living(self) -> set[UUID]:
        return self.published.keys() | self.running.keys()

    def in_flight(self, service: str, user: UUID) -> int:
        rows = [*self.published.values(), *self.running.values()]
        return sum(row.user_id == user and SERVICES[row.job_type] == service for row in rows)

    def do(self, step: tuple[str, ...]) -> None:
        kind, *values = step
        {
            "put": self.put,
            "start": self.start,
            "end": self.end,
            "end unheard": lambda count: self.end(count, is_heard=False),
            "round": self.rounds,
            "failing round": lambda: self.round(fails=True),
            "ask": self.ask,
            "wait": self.wait,
        }[kind](*values)  # type: ignore[operator]


def waiting(user_id: UUID, lane: Lane, turn: int) -> Waiting:
    event = requested().model_copy(update={"job_id": new_id(), "job_type": lane.job_type, "user_id": user_id})
    return Waiting(
        event_id=str(event.job_id),
        job_id=event.job_id,
        job_type=lane.job_type,
        event=event,
        time=NOON,
        traceparent=None,
        tried=False,
        job=RowState(is_terminal=False, seq=0),
        is_bulk=lane.is_bulk,
        turn=turn,
    )


def after(steps: list[tuple[str, ...]], slots: int = SLOTS) -> World:
    world = World(slots)
    for step in steps:
        world.do(step)
        for user in USERS:
            for service in set(SERVICES.values()):
                assert world.in_flight(service, user) <= bound_of(slots)
    return world


@given(steps)
def test_nobody_has_more_in_flight_than_the_bound(steps: list[tuple[str, ...]]) -> None:
    after(steps)


@given(steps)
def test_no_place_stays_empty_while_somebody_waits_who_is_below_the_bound(
    steps: list[tuple[str, ...]],
) -> None:
    world = after(steps)
    for _ in range(2):  # what could not be published is looked at again
        world.wait()
        world.rounds()

    rooms = world.window.rooms(world.time)
    for row in world.waiting:
        at_bound = world.in_flight(SERVICES[row.job_type], row.user_id) == BOUND
        assert at_bound or not rooms[row.job_type], row


@given(steps)
def test_a_place_that_is_freed_at_the_bound_is_taken_soon(steps: list[tuple[str, ...]]) -> None:
    world = after([("put", 0, Lane("posts", False), 60), *steps], slots=32)  # type: ignore[list-item]
    for _ in range(2):
        world.wait()
        world.rounds()
    world.start(99)
    world.rounds()
    for job_id, row in list(world.running.items()):
        del world.running[job_id]
        due_in = world.window.hear_end(job_id, world.time)
        if due_in is not None:
            world.time += due_in
            world.rounds()
        service = SERVICES[row.job_type]
        rooms = [
            world.window.rooms(world.time)[each.job_type]
            for each in world.waiting
            if each.user_id == row.user_id and SERVICES[each.job_type] == service
        ]
        assert not any(rooms) or world.in_flight(service, row.user_id) == bound_of(32)


@given(steps)
def test_everybody_is_served_in_the_end(steps: list[tuple[str, ...]]) -> None:
    world = after(steps)
    for _ in range(200):
        if not (world.waiting or world.living):
            return
        world.start(99)
        world.end(99, is_heard=False)
        world.wait()
        world.rounds()
    raise AssertionError(f"{len(world.waiting)} rows wait for ever")


def test_another_user_finds_a_place_beside_one_with_a_thousand_jobs_in_all_lanes() -> None:
    world = World()
    for name in SERVICES:
        world.put(0, Lane(name, False), 300)
    for _ in range(20):
        world.rounds()
        world.start(99)
        world.end(2)
        world.wait(0.1)
    world.put(1, Lane("emails", False), 1)
    world.rounds()

    assert world.in_flight("content", USERS[1]) == 1
    assert world.in_flight("content", USERS[0]) == BOUND


def test_a_user_at_the_bound_gets_places_for_all_of_his_job_types() -> None:
    world = World()
    for name in ("posts", "emails"):
        world.put(0, Lane(name, False), 40)
    for _ in range(20):
        world.rounds()
        world.start(99)
        world.end(1)
    left = [row.job_type for row in world.waiting]

    assert abs(left.count("posts") - left.count("emails")) <= 2


def test_a_job_may_start_and_end_before_it_is_known_to_be_published() -> None:
    """It would take a place for ever otherwise."""
    world = World()
    row = waiting(USERS[0], Lane("posts", False), 1)
    world.dispatch.look(world.time)
    world.dispatch.begin([row])
    world.window.hear_start("posts", row.job_id, world.time)
    world.window.hear_end(row.job_id, world.time)
    world.dispatch.note([row], {row.event_id}, world.time)

    assert len(world.window.lines["posts"]) == 0
    assert world.window.in_flight.left(world.window.in_flight.holder("posts", USERS[0])) == BOUND


def test_an_end_of_a_users_job_wakes_what_waits_for_it() -> None:
    world = World()
    world.put(0, Lane("posts", False), BOUND + 1)
    world.rounds()
    world.start(99)
    job_id, *_ = world.running

    assert [row.user_id for row in world.waiting] == [USERS[0]]
    assert world.window.hear_end(new_id(), world.time) is None
    assert world.window.hear_end(job_id, world.time) == 0


def test_a_new_worker_wakes_who_waits_for_a_place() -> None:
    world = World()
    world.put(0, Lane("posts", False), BOUND + 1)
    world.rounds()

    assert world.window.hear_worker("content", "another", SLOTS, 0, world.time)


def test_those_who_wait_for_their_own_jobs_are_told_once_a_second() -> None:
    world = World()
    world.put(0, Lane("posts", False), BOUND + 1)
    world.rounds()

    _, capped = world.dispatch.to_tell(world.time)
    assert ("posts", USERS[0]) in capped
    assert world.dispatch.to_tell(world.time + 0.5) == ([], [])
    assert world.dispatch.to_tell(world.time + 1.0)[1] == capped


def test_lanes_go_on_past_a_user_who_is_capped_and_come_back_for_him() -> None:
    """His rows have turns that passed long ago."""
    world = World()
    world.put(0, Lane("posts", False), 3 * BOUND)
    world.rounds()
    world.start(99)
    his = list(world.running)
    for _ in range(30):
        world.put(1, Lane("posts", False), 1)
        world.rounds()
        (job_id, *_), world.published = list(world.published), {}
        world.window.hear_start("posts", job_id, world.time)
        world.window.hear_end(job_id, world.time)
        world.wait(1.0)
    for job_id in his:
        del world.running[job_id]
        world.window.hear_end(job_id, world.time)
    world.rounds()

    assert world.in_flight("content", USERS[0]) == BOUND


def test_who_is_resumed_gradually_gets_the_pace_and_the_others_their_places() -> None:
    world, lane, user = World(paused={USERS[0]}), Lane("ideation", False), str(USERS[0])
    world.dispatch.hear(Pauses({user: 30}, frozenset([user]), []), world.time)
    world.put(0, lane, 20)
    world.put(1, lane, 3)

    served = []
    for _ in range(8):
        world.rounds()
        served.append(Counter(row.user_id for row in world.published.values()))
        world.start(99)
        world.end(99)
        world.wait(2.0)

    assert served[0] == {USERS[1]: 3}
    assert served[1:] == [{USERS[0]: 1}] * 7


def test_what_is_resumed_gradually_has_one_pace_for_all_its_lanes() -> None:
    world = World()
    world.dispatch.hear(Pauses({EVERYTHING: 60}, frozenset(), []), world.time)
    for user, job_type in enumerate(SERVICES):
        world.put(user, Lane(job_type, is_bulk=bool(user % 2)), 9)

    served = []
    for _ in range(10):
        world.rounds()
        served.append(len(world.published))
        world.start(99)
        world.end(99)
        world.wait(1.05)

    assert served == [0, *[1] * 9]


def test_who_is_resumed_is_found_though_the_relay_has_passed_over_them() -> None:
    world, lane, user = World(paused={USERS[0]}), Lane("ideation", False), str(USERS[0])
    world.dispatch.hear(Pauses({}, frozenset([user]), []), world.time)
    world.put(0, lane, 1)
    for _ in range(8):
        world.put(1, lane, 3)
        world.rounds()
        world.start(99)
        world.end(99)
        world.wait()

    world.paused.clear()
    world.dispatch.hear(Pauses({}, frozenset(), []), world.time)
    world.rounds()

    assert not world.waiting
