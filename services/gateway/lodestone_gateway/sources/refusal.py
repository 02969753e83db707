"""Why no text is taken from a file, in a sentence that says what to do instead."""

CANNOT_READ = 3  # how a process ends when no text can be taken; why is on its standard error


class CannotRead(Exception):
    """The file has no text that we can take; the message is for its owner."""
