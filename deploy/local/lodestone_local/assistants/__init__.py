"""A Model Context Protocol server over the operators' API: only its process loads the SDK."""
