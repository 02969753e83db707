"""A process of its own that typesets one document: from standard input to standard output.

It ends by itself when it takes too long or too much memory, and knows no secret: its environment is empty.
"""

import sys
from collections.abc import Sequence

from lodestone_gateway.apart.bounds import bound_this_process


def main(arguments: Sequence[str]) -> int:
    """Typesets as `pdf` or `docx`."""
    bound_this_process()
    from lodestone_gateway.exports.document import CANNOT_SHOW, of_json  # within the limits

    document = of_json(sys.stdin.buffer.read())
    if arguments == ["docx"]:
        from lodestone_gateway.exports.word import to_docx

        sys.stdout.buffer.write(to_docx(document))
        return 0
    from lodestone_gateway.exports.pdf import CannotShow, to_pdf

    try:
        sys.stdout.buffer.write(to_pdf(document))
    except CannotShow as letters:
        sys.stderr.buffer.write(str(letters).encode())
        return CANNOT_SHOW
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
