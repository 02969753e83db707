"""What the drafts are: one for each question without an answer."""

from lodestone.jobs.answers import DraftedAnswer
from lodestone.jobs.questions import Question
from lodestone.llm.loose_values import text_of
from lodestone.wire import WireModel
from lodestone.worker.collector import Collector, Draft
from lodestone.worker.handler import JobContext


class AnswerDraft(WireModel):
    """A draft as the model is asked for it."""

    id: str
    answer: str
    missing: str


class AnswersDraft(WireModel):
    """The reply."""

    answers: list[AnswerDraft]


class Drafts(Collector[Question, DraftedAnswer]):
    """One draft for each of these questions."""

    list_key = "answers"
    shape = AnswersDraft
    item = DraftedAnswer
    name = "the answer to {key}"
    finished = "answers drafted"
    stray = "an answer had none of the ids that were asked for"

    def __init__(self, context: JobContext, questions: list[Question]) -> None:
        super().__init__(context, {question.id: question for question in questions})

    def key_of(self, draft: Draft) -> str | None:
        """See Collector."""
        return text_of(draft.get("id")) or None

    def read(self, draft: Draft, wanted: Question) -> DraftedAnswer:
        """See Collector."""
        texts = {"answer": text_of(draft.get("answer")), "missing": text_of(draft.get("missing"))}
        return DraftedAnswer.model_validate({"id": wanted.id, **texts})
