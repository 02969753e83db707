"""Characters that JSON may write as two halves, which a stream may split between two pieces. Pure."""


class Pairs:
    """Joins the halves, even across pieces; a half whose other half never comes is left out."""

    def __init__(self) -> None:
        self._half = ""  # that ended the last piece

    def feed(self, piece: str) -> str:
        """The piece with its pairs joined, without a first half at its end, which goes to the next one."""
        text = self._half + piece
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        text = text[: len(text) - len(self._half)]
        if text.isascii():
            return text
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
