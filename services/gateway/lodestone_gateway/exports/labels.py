"""What files say beside the stored texts, in their language; in English where nothing tells it. Pure."""

from collections.abc import Mapping
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
    openings: Mapping[str, str]  # how posts begin, by their hook type
    post_columns: tuple[str, str, str]  # the heads of a table of posts; its last row is the message
    message_row: str
    email_columns: tuple[str, str, str, str]

    def of_remark(self, style: str) -> str:
        """What stands before a remark of this style."""
        return {"warning": self.warning, "success": self.success}.get(style, self.note)

    def of_message(self, word: str) -> str:
        """The heading of the message for those who comment `word`."""
        return self.message_for.format(word=word) if word else self.message

    def of_opening(self, hook_type: str) -> str:
        """How a post begins; a hook type that we do not know, as its words."""
        words = hook_type.replace("-", " ").replace("_", " ")
        return self.openings.get(words.replace(" ", "-").lower()) or words.capitalize()


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
    {
        "specific-result": "Specific result",
        "price-anchor": "Price anchor",
        "contrarian": "Contrarian",
        "time-saved": "Time saved",
        "confession": "Confession",
    },
    ("What", "Kind", "Text"),
    "Message",
    ("Day", "Subject", "Text", "Question that invites a reply"),
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
        {
            "specific-result": "Konkretes Ergebnis",
            "price-anchor": "Preisanker",
            "contrarian": "Gegenmeinung",
            "time-saved": "Gesparte Zeit",
            "confession": "Eingeständnis",
        },
        ("Was", "Art", "Text"),
        "Nachricht",
        ("Tag", "Betreff", "Text", "Frage, die zur Antwort einlädt"),
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
        {
            "specific-result": "Résultat concret",
            "price-anchor": "Ancrage de prix",
            "contrarian": "À contre-courant",
            "time-saved": "Temps gagné",
            "confession": "Aveu",
        },
        ("Élément", "Type", "Texte"),
        "Message",
        ("Jour", "Objet", "Texte", "Question qui invite à répondre"),
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
        {
            "specific-result": "Resultado concreto",
            "price-anchor": "Ancla de precio",
            "contrarian": "A contracorriente",
            "time-saved": "Tiempo ahorrado",
            "confession": "Confesión",
        },
        ("Qué", "Tipo", "Texto"),
        "Mensaje",
        ("Día", "Asunto", "Texto", "Pregunta que invita a responder"),
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
        {
            "specific-result": "Resultado concreto",
            "price-anchor": "Âncora de preço",
            "contrarian": "Na contramão",
            "time-saved": "Tempo ganho",
            "confession": "Confissão",
        },
        ("O quê", "Tipo", "Texto"),
        "Mensagem",
        ("Dia", "Assunto", "Texto", "Pergunta que convida a responder"),
    ),
}


def labels_in(language: Language | None) -> Labels:
    """The labels for texts in this language."""
    return _LABELS[language] if language else _ENGLISH
