"""Texts that owners bring along: pasted, or taken from a file."""
