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
    note: str
    warning: str
    success: str
    post: str
    day: str
    reply: str
    message: str
    message_for: str  # has `{word}` in it

    def of_remark(self, style: str) -> str:
        """What stands before a remark of this style."""
        return {"warning": self.warning, "success": self.success}.get(style, self.note)

    def of_message(self, word: str) -> str:
        """The heading of the message for those who comment `word`."""
        return self.message_for.format(word=word) if word else self.message


_ENGLISH = Labels(
    "Takeaway",
    "What others miss",
    "From experience",
    "Proof",
    "What is different here",
    "Common mistakes",
    "Note",
    "Mind",
    "Good",
    "Post",
    "Day",
    "Asks for a reply",
    "Message for people who comment",
    "Message for people who comment “{word}”",
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
        "Hinweis",
        "Achtung",
        "Gut",
        "Beitrag",
        "Tag",
        "Bittet um eine Antwort",
        "Nachricht an alle, die kommentieren",
        "Nachricht an alle, die „{word}“ kommentieren",
    ),
    Language.FRENCH: Labels(
        "À retenir",
        "Ce que d’autres ne voient pas",
        "Par expérience",
        "Preuves",
        "Ce qui est différent ici",
        "Erreurs fréquentes",
        "À noter",
        "Attention",
        "Bien",
        "Publication",
        "Jour",
        "Demande une réponse",
        "Message à ceux qui commentent",
        "Message à ceux qui commentent « {word} »",
    ),
    Language.SPANISH: Labels(
        "Lo esencial",
        "Lo que otros no ven",
        "Por experiencia",
        "Pruebas",
        "Lo que aquí es distinto",
        "Errores frecuentes",
        "Nota",
        "Atención",
        "Bien",
        "Publicación",
        "Día",
        "Pide una respuesta",
        "Mensaje para quienes comentan",
        "Mensaje para quienes comentan «{word}»",
    ),
    Language.PORTUGUESE: Labels(
        "O essencial",
        "O que outros não veem",
        "Por experiência",
        "Provas",
        "O que aqui é diferente",
        "Erros comuns",
        "Nota",
        "Atenção",
        "Bem",
        "Publicação",
        "Dia",
        "Pede uma resposta",
        "Mensagem para quem comenta",
        "Mensagem para quem comenta “{word}”",
    ),
}


def labels_in(language: Language | None) -> Labels:
    """The labels for texts in this language."""
    return _LABELS[language] if language else _ENGLISH
