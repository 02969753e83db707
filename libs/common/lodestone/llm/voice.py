"""The owner's voice at the head of each prompt: data between tags, as everything that owners write."""

from lodestone.jobs.voice import Voice
from lodestone.llm.prompt import PromptFile

VOICE = PromptFile(__package__ or "", "voice.v1.md.j2")


def voiced(prompt: str, voice: Voice | None) -> str:
    """The prompt, below the tags that say how its texts should sound; unchanged without a voice."""
    head = VOICE.render(voice=voice) if voice else ""
    return f"{head}\n\n{prompt}" if head else prompt
