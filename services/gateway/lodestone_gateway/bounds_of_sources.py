"""How much a user may bring along, and the settings that say so."""

from dataclasses import dataclass

from lodestone.settings import Settings
from pydantic import Field

MOST_FILE_BYTES = 20_000_000  # of an upload: a request is in memory as a whole
MOST_CHARACTERS = 250_000  # of a source: a form may send it percent-encoded
MOST_SOURCES = 200  # lists show them all


@dataclass(frozen=True)
class SourceLimits:
    """How much a user may bring along."""

    file_bytes: int
    characters: int  # kept of one source
    count: int


class SourceSettings(Settings):
    """What the process that serves HTTP accepts as sources."""

    source_file_bytes: int = Field(
        default=5_000_000,
        ge=100_000,
        le=MOST_FILE_BYTES,
        description="How large a file may be that somebody uploads as a source.",
        examples=["10000000"],
        json_schema_extra={"unit": "bytes"},
    )
    source_characters: int = Field(
        default=100_000,
        ge=1_000,
        le=MOST_CHARACTERS,
        description="How much text is kept of one source; of a longer file the end is left out.",
        examples=["200000"],
        json_schema_extra={"unit": "characters"},
    )
    sources_per_user: int = Field(
        default=50,
        ge=0,
        le=MOST_SOURCES,
        description="How many sources one user may have, those of all lead magnets together.",
        examples=["20"],
        json_schema_extra={"unit": "sources"},
    )

    @property
    def source_limits(self) -> SourceLimits:
        """The three together."""
        return SourceLimits(self.source_file_bytes, self.source_characters, self.sources_per_user)
