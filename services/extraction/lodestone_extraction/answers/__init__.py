"""Answers: drafts from what the owner already said."""
