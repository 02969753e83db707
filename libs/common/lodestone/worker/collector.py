"""A result made of items: each is taken the moment the stream completes it, checked, kept and published once.

Items that earlier attempts finished are not asked for again. What a reply leaves out or gets wrong, and only
that, is asked for once more.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from lodestone.errors import InvalidOutput
from lodestone.llm.accumulator import Reply
from lodestone.llm.client import Ask, Llm
from lodestone.llm.items import ItemScanner
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import objects_of
from lodestone.llm.structured import problems, some_of
from lodestone.wire import WireModel
from lodestone.worker.handler import JobContext

Wanted = TypeVar("Wanted")
Item = TypeVar("Item", bound=WireModel)
Rest = TypeVar("Rest")

Draft: TypeAlias = dict[str, JsonValue]


class Beside(Generic[Rest]):
    """What a reply contains besides its list of items; read at the end of the reply."""

    def __init__(
        self,
        name: str,
        read: Callable[[JsonValue], Rest],
        *,
        alone: type[BaseModel],
        with_items: type[BaseModel],
    ) -> None:
        """`read` extracts it from a whole reply, or raises ValueError.

        `alone` is the reply's shape when only this is missing, `with_items` when items are missing too.
        """
        self.name = name
        self.alone = alone
        self.with_items = with_items
        self.value: Rest | None = None
        self._read = read

    def take(self, reply: JsonValue) -> list[str]:
        """Reads it unless it is there already; says what is wrong with it, in words for a model."""
        if self.value is None:
            try:
                self.value = self._read(reply)
            except ValueError as error:
                return [problems(error)]
        return []


class Collector(ABC, Generic[Wanted, Item]):
    """Collects one item for each wanted key; a job type subclasses it to say what its items are."""

    list_key: ClassVar[str]  # the reply's list that contains the drafts
    shape: ClassVar[type[BaseModel]]  # of a reply that holds items and nothing else
    item: type[Item]  # what is published for a key
    name: ClassVar[str]  # of the item with a key, for a model: "section {key}"
    finished: ClassVar[str]  # what a progress message counts: "sections written"
    stray: ClassVar[str]  # what a model reads about a draft that fits no key

    def __init__(
        self, context: JobContext, wanted: Mapping[str, Wanted], beside: Beside[Any] | None = None
    ) -> None:
        """Sets how many items the job expects, and takes over those of earlier attempts.

        `wanted` is in the order of the result; its keys are the itemKeys.
        """
        self._context = context
        self._wanted = wanted
        self._beside = beside
        self._finished: dict[str, Item] = {}
        context.expect(len(wanted))
        for key in wanted:
            if key in context.finished_items:
                self._take_back(key)

    @abstractmethod
    def key_of(self, draft: Draft) -> str | None:
        """The key that a draft is for, None when it names none; it may be a key that nobody wants."""

    @abstractmethod
    def read(self, draft: Draft, wanted: Wanted) -> Item:
        """The strict item. Raises ValueError, or pydantic's error, for a mistake that is not tolerated."""

    @property
    def items(self) -> list[Item]:
        """The finished items, in the order in which they are wanted."""
        return [self._finished[key] for key in self._wanted if key in self._finished]

    def missing(self, keys: Collection[str] | None = None) -> list[Wanted]:
        """What has no item yet, among these keys or all."""
        return [self._wanted[key] for key in self._missing_keys(keys)]

    def lacking(self, keys: Collection[str] | None = None) -> list[str]:
        """The names of what is still missing: items, and what comes beside them."""
        names = [self.name.format(key=key) for key in self._missing_keys(keys)]
        return names + [beside.name for beside in (self._beside,) if beside and beside.value is None]

    async def collect(
        self,
        llm: Llm,
        system: str,
        user: Callable[[list[str]], str],
        *,
        limits: tuple[int, int],
        keys: Collection[str] | None = None,
    ) -> None:
        """Asks for what is missing, among these keys or all, with at most one repair. Raises InvalidOutput.

        `user` writes the question, given the problems of the previous reply; `limits[0]` is the most tokens
        of the reply, `limits[1]` of the repair.
        """
        found: list[str] = []
        for number, max_tokens in enumerate(limits):
            if self.lacking(keys):
                ask = Ask(
                    self._context.model,
                    max_tokens,
                    system,
                    user(found),
                    self._reply_shape(),
                    is_repair=number > 0,
                )
                found = await self._ask(llm, ask, keys)
        if lacking := self.lacking(keys):
            raise InvalidOutput(detail=f"{', '.join(lacking)}: {'; '.join(found) or 'not written'}")

    def offer(self, drafts: Iterable[Draft], keys: Collection[str] | None = None) -> list[str]:
        """Keeps and publishes valid items that are missing; says what is wrong with the rest, for a model."""
        complaints = []
        for draft in drafts:
            key = self.key_of(draft)
            if key is None or key not in self._wanted:
                complaints.append(self.stray)
            elif key in self._missing_keys(keys) and (problem := self._try(draft, key)):
                complaints.append(f"{self.name.format(key=key)}: {problem}")
        return complaints

    def keep(self, key: str, item: Item) -> None:
        """Keeps and publishes a finished item."""
        self._finished[key] = item
        message = f"{len(self._finished)} of {len(self._wanted)} {self.finished}"
        self._context.item(key, list(self._wanted).index(key), item.to_wire(), message)

    async def _ask(self, llm: Llm, ask: Ask, keys: Collection[str] | None) -> list[str]:
        scanner, lacking = ItemScanner(self.list_key), len(self.lacking(keys))
        found: list[str] = []

        def take(reply: Reply) -> bool:
            found.extend(self.offer(self._drafts(reply.data), keys))
            if self._beside:
                found.extend(self._beside.take(reply.data))
            if reply.is_cut:
                found.append("the answer was too long and was cut off; write it shorter")
            elif reply.data is None:
                found.append("the answer was not valid JSON")
            return len(self.lacking(keys)) < lacking

        await llm.ask(self._context, ask, lambda text: self.offer(scanner.feed(text), keys), take)
        return some_of(found)

    def _drafts(self, data: JsonValue) -> list[Draft]:
        """The drafts in a whole reply: in its list, in a bare list, or one alone."""
        if not isinstance(data, dict):
            return objects_of(data)
        return objects_of(data.get(self.list_key, data if self.key_of(data) else None))

    def _reply_shape(self) -> type[BaseModel]:
        if self._beside is None or self._beside.value is not None:
            return self.shape
        return self._beside.with_items if self.missing() else self._beside.alone

    def _missing_keys(self, keys: Collection[str] | None) -> list[str]:
        return [key for key in (self._wanted if keys is None else keys) if key not in self._finished]

    def _try(self, draft: Draft, key: str) -> str | None:
        try:
            self.keep(key, self.read(draft, self._wanted[key]))
        except ValueError as error:
            return problems(error)
        return None

    def _take_back(self, key: str) -> None:
        try:
            self._finished[key] = self.item.model_validate(self._context.finished_items[key])
        except ValidationError:
            return  # it has an older shape: write it again
