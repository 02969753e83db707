"""A process of its own that takes the text out of one file: from standard input to standard output.

It ends by itself when it takes too long or too much memory, and knows no secret: its environment is empty.
"""

import sys
from collections.abc import Callable, Sequence

from lodestone_gateway.apart.bounds import bound_this_process


def main(arguments: Sequence[str]) -> int:
    """Reads as this kind of file; writes how much it leaves out, and at most so many characters."""
    bound_this_process()
    kind, most = arguments
    from lodestone_gateway.sources.refusal import CANNOT_READ, CannotRead  # within the limits
    from lodestone_gateway.sources.taken import take

    try:
        taken = take(_reader(kind, int(most))(sys.stdin.buffer.read()), int(most))
    except CannotRead as why:
        sys.stderr.buffer.write(str(why).encode())
        return CANNOT_READ
    sys.stdout.buffer.write(f"{taken.left_out}\n{taken.text}".encode(errors="replace"))
    return 0


def _reader(kind: str, most: int) -> Callable[[bytes], str]:
    if kind == "pdf":
        from lodestone_gateway.sources.from_pdf import of_pdf

        return lambda file: of_pdf(file, most)
    if kind == "docx":
        from lodestone_gateway.sources.from_word import of_word

        return of_word
    from lodestone_gateway.sources.from_captions import of_srt, of_vtt
    from lodestone_gateway.sources.from_text import letters

    return {"vtt": of_vtt, "srt": of_srt}.get(kind, letters)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
