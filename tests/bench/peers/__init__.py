"""Other durable job systems for Python behind the same thin POST; `uv sync --group peers` installs them."""
