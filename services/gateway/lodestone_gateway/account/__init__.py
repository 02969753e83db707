"""A user as a whole: what they used of their plan, everything that is held of them, and its deletion."""
