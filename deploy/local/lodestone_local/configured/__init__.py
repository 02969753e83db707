"""Processes as a file configures them: read, and held against what the code of each reads."""
