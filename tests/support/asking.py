"""A request for three items, in the form that the services send."""

from typing import Any

from anthropic import AsyncAnthropic, transform_schema
from anthropic.types import Message

QUESTION: dict[str, Any] = {
    "model": "claude-sonnet-5-5",
    "max_tokens": 4_000,
    "system": [{"type": "text", "text": "Write three sections.", "cache_control": {"type": "ephemeral"}}],
    "messages": [{"role": "user", "content": "<urgent_pains>\n- Quotes lost on price 🎯\n</urgent_pains>"}],
    "output_config": {
        "format": {
            "type": "json_schema",
            "schema": transform_schema(
                {
                    "type": "object",
                    "properties": {
                        "sections": {
                            "type": "array",
                            "minItems": 3,
                            "maxItems": 3,
                            "items": {
                                "type": "object",
                                "properties": {
                                    "id": {"type": "string"},
                                    "sectionName": {"type": "string"},
                                    "introduction": {"type": "string"},
                                },
                                "required": ["id", "sectionName", "introduction"],
                            },
                        }
                    },
                    "required": ["sections"],
                }
            ),
        }
    },
}


def headers(job_id: str = "job-1", job_type: str = "polish", attempt: int = 1) -> dict[str, str]:
    """The headers that name the job to the simulator."""
    return {
        "x-lodestone-job-id": job_id,
        "x-lodestone-job-type": job_type,
        "x-lodestone-attempt": str(attempt),
    }


async def streamed(client: AsyncAnthropic, **changes: Any) -> Message:
    """The message at the end of a stream."""
    async with client.messages.stream(**(QUESTION | changes)) as stream:
        return await stream.get_final_message()


async def collect(client: AsyncAnthropic, pieces: list[str], **changes: Any) -> None:
    """Appends the pieces of text to the list as they arrive, so that they survive a broken stream."""
    async with client.messages.stream(**(QUESTION | changes)) as stream:
        async for piece in stream.text_stream:
            pieces.append(piece)


def text_of(message: Message) -> str:
    """The text of the message's only block."""
    [block] = message.content
    assert block.type == "text"
    return block.text
