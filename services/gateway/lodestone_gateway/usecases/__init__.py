"""What a user can do, free of HTTP; each function opens its own transaction."""
