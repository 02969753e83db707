"""A request for a message, read and checked as the provider does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lodestone_local.simulator.catalog import MAX_OUTPUT_TOKENS, MODEL_IDS
from lodestone_local.simulator.ledger import count_tokens
from lodestone_local.simulator.problems import RefusedRequest


@dataclass(frozen=True)
class Prompt:
    """What the model is given to read."""

    system: str
    user: str
    tokens: int  # of all texts in system and messages; a schema does not count


@dataclass(frozen=True)
class ModelRequest:
    """What is asked of the model."""

    model: str
    prompt: Prompt
    max_tokens: int
    stream: bool
    schema: dict[str, Any] | None


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
    user: list[str] = []
    for place, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant", "system"):
            raise RefusedRequest(400, f"messages.{place}.role: must be user, assistant or system")
        user += _texts(message.get("content"), f"messages.{place}.content")
    system = _texts(data.get("system", ""), "system")
    tokens = count_tokens(sum(len(text) for text in [*system, *user]))
    return Prompt("\n\n".join(system), "\n\n".join(user), tokens)


def _texts(content: Any, field: str) -> list[str]:
    """The texts of a string or of a list of blocks; what cannot be encoded is replaced."""
    if not isinstance(content, str | list):
        raise RefusedRequest(400, f"{field}: must be a string or a list of blocks")
    texts = [content] if isinstance(content, str) else _block_texts(content, field)
    return [text.encode(errors="replace").decode() for text in texts]


def _block_texts(blocks: list[Any], field: str) -> Iterator[str]:
    for place, block in enumerate(blocks):
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            raise RefusedRequest(400, f"{field}.{place}.type: Field required")
        if block["type"] == "text":
            if not isinstance(block.get("text"), str):
                raise RefusedRequest(400, f"{field}.{place}.text: Field required and must be a string")
            yield block["text"]


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
