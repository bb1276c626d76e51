"""Free text and shared places: an answer to what the bot waits for, or a question of one's own."""

from bot.core import answers, guide, handoff, replies, where
from bot.core.contacts import AskingPlace, AskingQuestion, InFlow
from bot.core.messages import InboundMessage
from bot.core.talk import Talk


def read(talk: Talk, message: InboundMessage) -> None:
    """Take a text or place as the answer the bot waits for; if it is none, as a question."""
    pending = talk.conversation.pending
    text = message.text
    match pending:
        case AskingQuestion() as question if text:
            handoff.with_question(talk, question, text)
        case AskingPlace() as asking:
            _place(talk, asking, message)
        case _ if message.place is not None:
            _place(talk, AskingPlace("site", guide.current_topic(talk)), message)
        case InFlow() if not guide.expired(talk, pending):
            _in_flow(talk, pending, text)
        case _ if talk.content.network.gazetteer.named(text):
            _place(talk, AskingPlace("site", guide.current_topic(talk)), message)
        case _:
            talk.update(pending=None)
            replies.reply(talk, text)


def expected(talk: Talk, message: InboundMessage) -> bool:
    """Tell whether a message is an answer to what the bot waits for."""
    pending = talk.conversation.pending
    if isinstance(pending, AskingPlace):
        return message.place is not None or bool(talk.content.network.gazetteer.find(message.text))
    return isinstance(pending, InFlow) and guide.fits(talk, pending, message.text)


def _place(talk: Talk, asking: AskingPlace, message: InboundMessage) -> None:
    found = where.understand(talk, message.text, message.place)
    if isinstance(found, list):
        if found:
            where.offer_places(talk, found)
            return
        decision = replies.decided(talk, message.text)
        if decision.answer or decision.offers:
            replies.reply(talk, message.text)
            return
        where.ask_place(talk, asking, "place_unknown")
    else:
        guide.place_given(talk, asking, found)


def _in_flow(talk: Talk, pending: InFlow, text: str) -> None:
    if guide.answer(talk, pending, text):
        return
    decision = replies.decided(talk, text)
    if decision.answer is not None:
        answers.show_article(talk, talk.content.knowledge.articles[decision.answer.article])
        guide.ask_again(talk, pending)
    elif decision.offers:
        replies.reply(talk, text)
    else:
        guide.misfit(talk, pending)
