"""What `lodestone ops` and `lodestone mcp` read from the environment."""

from lodestone.settings import Settings
from pydantic import Field, SecretStr


class OperatorSettings(Settings):
    """The gateway that an operator's commands speak to."""

    url: str = Field(
        default="",
        description="The gateway's address. Unset, it is the system that `lodestone up` started here.",
        examples=["https://jobs.example.com"],
    )
    token: SecretStr | None = Field(
        default=None,
        description="An operator's token for the gateway. Unset, it is the local system's own.",
        examples=["…"],
    )
