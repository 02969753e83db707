"""A request for a message, read and checked as the provider does."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import Headers

from lodestone_local.simulator.catalog import MAX_OUTPUT_TOKENS, MODEL_IDS
from lodestone_local.simulator.ledger import count_tokens
from lodestone_local.simulator.problems import RefusedRequest

FIVE_MINUTES, HOUR = 300, 3_600  # seconds
_KEPT_SECONDS = {"5m": FIVE_MINUTES, "1h": HOUR}
_MOST_MARKS = 4


@dataclass(frozen=True)
class Prefix:
    """A prompt up to the end of one of its blocks."""

    digest: bytes  # of all that the model reads up to there, and of the reply's schema
    tokens: int
    kept_seconds: int | None  # how long it is to be kept in the prompt cache; None without a mark


@dataclass(frozen=True)
class Prompt:
    """What the model is given to read."""

    system: str
    user: str
    prefixes: tuple[Prefix, ...]  # one for each block of system and messages

    @property
    def tokens(self) -> int:
        """Of all texts in system and messages; a schema does not count."""
        return self.prefixes[-1].tokens if self.prefixes else 0


@dataclass(frozen=True)
class ModelRequest:
    """What is asked of the model."""

    model: str
    prompt: Prompt
    max_tokens: int
    stream: bool
    schema: dict[str, Any] | None


def key_in(headers: Headers) -> str:
    """The key that a request comes with, in either header; "" when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")


def read_request(body: bytes) -> ModelRequest:
    """The request in the body of `POST /v1/messages`. Raises RefusedRequest (400)."""
    data = _read_object(body)
    max_tokens = data.get("max_tokens")
    if type(max_tokens) is not int:
        raise RefusedRequest(400, "max_tokens: Field required and must be an integer")
    if not 1 <= max_tokens <= MAX_OUTPUT_TOKENS:
        raise RefusedRequest(400, f"max_tokens: must be from 1 to {MAX_OUTPUT_TOKENS}")
    stream = data.get("stream", False)
    if type(stream) is not bool:
        raise RefusedRequest(400, "stream: must be a boolean")
    return ModelRequest(_model(data), _prompt(data), max_tokens, stream, _schema(data))


def read_prompt(body: bytes) -> Prompt:
    """The prompt in the body of `POST /v1/messages/count_tokens`. Raises RefusedRequest (400)."""
    data = _read_object(body)
    _model(data)
    return _prompt(data)


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except ValueError:
        raise RefusedRequest(400, "The request body is not valid JSON.") from None
    if not isinstance(data, dict):
        raise RefusedRequest(400, "The request body must be an object.")
    return data


def _model(data: dict[str, Any]) -> str:
    model = data.get("model")
    if not isinstance(model, str):
        raise RefusedRequest(400, "model: Field required and must be a string")
    if model not in MODEL_IDS:
        raise RefusedRequest(400, f"model: {model} is not a model on offer")
    return model


def _prompt(data: dict[str, Any]) -> Prompt:
    messages = data.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RefusedRequest(400, "messages: Field required and must hold at least one message")
    system = list(_blocks(data.get("system", ""), "system"))
    user: list[_Block] = []
    for place, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant", "system"):
            raise RefusedRequest(400, f"messages.{place}.role: must be user, assistant or system")
        user += _blocks(message.get("content"), f"messages.{place}.content")
    if user and (kept_seconds := _kept_seconds(data.get("cache_control"), "cache_control")):
        user[-1] = replace(user[-1], kept_seconds=kept_seconds)
    asked = json.dumps([data.get("tools"), data.get("output_config")], sort_keys=True)
    prefixes = _prefixes(asked, [*system, *user])
    return Prompt(_text_of(system), _text_of(user), tuple(prefixes))


@dataclass(frozen=True)
class _Block:
    place: str  # in the request
    text: str
    kept_seconds: int | None


def _text_of(blocks: list[_Block]) -> str:
    return "\n\n".join(block.text for block in blocks)


def _prefixes(asked: str, blocks: list[_Block]) -> Iterator[Prefix]:
    if sum(block.kept_seconds is not None for block in blocks) > _MOST_MARKS:
        raise RefusedRequest(400, f"A maximum of {_MOST_MARKS} blocks with cache_control may be provided.")
    digest, characters = hashlib.sha256(asked.encode(errors="replace")), 0
    for block in blocks:
        digest.update(f"\0{block.place}\0{block.text}".encode())
        characters += len(block.text)
        yield Prefix(digest.digest(), count_tokens(characters), block.kept_seconds)


def _blocks(content: Any, field: str) -> Iterator[_Block]:
    """The text blocks of a string or of a list of blocks; what cannot be encoded is replaced."""
    if not isinstance(content, str | list):
        raise RefusedRequest(400, f"{field}: must be a string or a list of blocks")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    for place, block in enumerate(blocks):
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            raise RefusedRequest(400, f"{field}.{place}.type: Field required")
        if block["type"] == "text":
            yield _text_block(block, f"{field}.{place}")


def _text_block(block: dict[str, Any], place: str) -> _Block:
    if not isinstance(block.get("text"), str):
        raise RefusedRequest(400, f"{place}.text: Field required and must be a string")
    text = block["text"].encode(errors="replace").decode()
    return _Block(place, text, _kept_seconds(block.get("cache_control"), f"{place}.cache_control"))


def _kept_seconds(mark: Any, field: str) -> int | None:
    if mark is None:
        return None
    if not isinstance(mark, dict) or mark.get("type") != "ephemeral":
        raise RefusedRequest(400, f"{field}.type: must be ephemeral")
    ttl = str(mark.get("ttl", "5m"))
    if ttl not in _KEPT_SECONDS:
        raise RefusedRequest(400, f"{field}.ttl: must be 5m or 1h")
    return _KEPT_SECONDS[ttl]


def _schema(data: dict[str, Any]) -> dict[str, Any] | None:
    config = data.get("output_config") or {}
    if not isinstance(config, dict):
        raise RefusedRequest(400, "output_config: must be an object")
    wanted = config.get("format")
    if wanted is None:
        return None
    if not isinstance(wanted, dict) or wanted.get("type") != "json_schema":
        raise RefusedRequest(400, "output_config.format.type: must be json_schema")
    schema = wanted.get("schema")
    if not isinstance(schema, dict):
        raise RefusedRequest(400, "output_config.format.schema: Field required and must be an object")
    return schema
