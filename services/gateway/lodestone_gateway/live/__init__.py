"""Committed events, delivered to watchers."""
