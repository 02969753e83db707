"""What files say beside the stored texts, in their language; in English where nothing tells it. Pure."""

from dataclasses import dataclass

from lodestone.languages import Language


@dataclass(frozen=True)
class Labels:
    """The headings and labels that no stored text has."""

    takeaway: str
    insight: str
    experience: str
    proof: str
    difference: str
    mistakes: str


_ENGLISH = Labels(
    "Takeaway", "What others miss", "From experience", "Proof", "What is different here", "Common mistakes"
)
_LABELS = {
    Language.ENGLISH: _ENGLISH,
    Language.GERMAN: Labels(
        "Das Wichtigste",
        "Was andere übersehen",
        "Aus Erfahrung",
        "Belege",
        "Was hier anders ist",
        "Häufige Fehler",
    ),
    Language.FRENCH: Labels(
        "À retenir",
        "Ce que d’autres ne voient pas",
        "Par expérience",
        "Preuves",
        "Ce qui est différent ici",
        "Erreurs fréquentes",
    ),
    Language.SPANISH: Labels(
        "Lo esencial",
        "Lo que otros no ven",
        "Por experiencia",
        "Pruebas",
        "Lo que aquí es distinto",
        "Errores frecuentes",
    ),
    Language.PORTUGUESE: Labels(
        "O essencial",
        "O que outros não veem",
        "Por experiência",
        "Provas",
        "O que aqui é diferente",
        "Erros comuns",
    ),
}


def labels_in(language: Language | None) -> Labels:
    """The labels for texts in this language."""
    return _LABELS[language] if language else _ENGLISH
