"""How German fits words into a sentence: articles by gender and case, quotations. Pure."""

from lodestone_local.simulator.wording.banks import words

_ARTICLES = {
    "m": {"nom": "der", "acc": "den", "dat": "dem", "gen": "des", "nom_a": "ein", "acc_a": "einen"},
    "f": {"nom": "die", "acc": "die", "dat": "der", "gen": "der", "nom_a": "eine", "acc_a": "eine"},
    "n": {"nom": "das", "acc": "das", "dat": "dem", "gen": "des", "nom_a": "ein", "acc_a": "ein"},
}
_NEVER_NOUNS = words("de", "never_nouns")

_INNER_QUOTES = str.maketrans("„“", "‚‘")


class German:
    """The forms of a text, by the name that a word bank gives them."""

    def form(self, text: str, form: str) -> str:
        """The text in this form. Raises ValueError for a form that German does not have."""
        match form:
            case "" | "title":
                return text[:1].upper() + text[1:]
            case "said":
                return f"„{text.translate(_INNER_QUOTES)}“"
            case "inside":
                first = text.split(" ", 1)[0]
                return text[0].lower() + text[1:] if first.lower() in _NEVER_NOUNS else text
        raise ValueError(f"German has no form {form}")

    def number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return f"{number:,}".replace(",", ".")

    def kind(self, noun: dict[str, str], form: str) -> str:
        """What a kind of lead magnet is called, with its article: "dem Rechner", "eine Fallstudie"."""
        if form == "noun":
            return noun["noun"]
        article = _ARTICLES[noun["gender"]].get(form)
        if article is None:
            raise ValueError(f"German has no form {form}")
        return f"{article} {noun['genitive'] if form == 'gen' else noun['noun']}"
