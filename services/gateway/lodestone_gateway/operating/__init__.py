"""What operators see and do: jobs of all users, dead letters, pauses, and running processes."""
