"""A user as a whole: their use of the plan, all their stored data, and its deletion."""
