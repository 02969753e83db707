"""What `lodestone mcp` reads from the environment."""

from pydantic import Field, SecretStr

from lodestone_local.ops.settings import OperatorSettings


class AssistantSettings(OperatorSettings):
    """The gateway, and how assistants sign in at our server: they never see the operator's token."""

    mcp_token: SecretStr | None = Field(
        default=None,
        description="The token that assistants send to `lodestone mcp --http`, at least 32 characters.",
        examples=["…"],
    )
