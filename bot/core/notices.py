"""What a newcomer is told when the desk acts: no change of their case is silent."""

from bot.core import answers, handoff
from bot.core.cases import Case
from bot.core.messages import Choice
from bot.core.network import Site
from bot.core.talk import Situation, Talk, Turn


def taken(situation: Situation, case: Case, name: str) -> Turn:
    """Tell who has the case now; the bot is silent from here on."""
    talk = _desk_has_the_word(situation)
    agency = situation.content.network.agencies.get(case.agency)
    talk.say("case_taken", [[talk.choice("case:end", "case_end")]], name=name, agency=agency.name if agency else case.agency)
    return talk.turn()


def closed(situation: Situation, case: Case) -> Turn:
    """Ask how it was and tell that the case is closed; the bot has the word again."""
    talk = Talk(situation)
    talk.update(owner="bot", epoch=situation.conversation.epoch + 1, pending=None)
    if case.advisor is not None:  # else there was no conversation
        talk.say("felt", [[talk.choice(f"felt:{answer}:{case.agency}", f"felt_{answer}") for answer in ("good", "half", "bad")]])
    answers.show_menu(talk, "case_closed", [[talk.choice("case:again", "case_more")]])
    return talk.turn()


def transferred(situation: Situation, case: Case) -> Turn:
    """Tell where the case is now, and by when somebody answers."""
    talk = _desk_has_the_word(situation)
    agency = situation.content.network.agencies.get(case.agency)
    site = answers.site_name(talk, case.site)
    talk.say("case_transferred", agency=agency.name if agency else case.agency, site=site)
    handoff.say_promise(talk, case)
    return talk.turn()


def released(situation: Situation, case: Case) -> Turn:
    """Tell that the advisor is not there and the whole team has the case now."""
    talk = _desk_has_the_word(situation)
    talk.say("case_released", _while_waiting(talk))
    return talk.turn()


def now_open(situation: Situation) -> Turn:
    """Tell that the site has opened and the question lies there."""
    talk = Talk(situation)
    talk.say("case_now_open", _while_waiting(talk))
    return talk.turn()


def delayed(situation: Situation) -> Turn:
    """Tell that the answer takes longer than was promised."""
    talk = Talk(situation)
    talk.say("case_delayed", _while_waiting(talk))
    return talk.turn()


def may_pass(situation: Situation, site: Site) -> Turn:
    """Ask whether the case may go to a site of another agency."""
    talk = Talk(situation)
    rows: list[list[Choice]] = [[talk.choice(f"case:pass:{answer}:{site.id}", f"case_pass_{answer}")] for answer in ("yes", "no")]
    agency = situation.content.network.agencies[site.agency]
    talk.say("consent_partner", rows, agency=agency.name, site=site.name)
    return talk.turn()


def _desk_has_the_word(situation: Situation) -> Talk:
    talk = Talk(situation)
    talk.update(owner="desk", epoch=situation.conversation.epoch + 1, pending=None)
    return talk


def _while_waiting(talk: Talk) -> list[list[Choice]]:
    return [[talk.choice("case:end", "case_cancel"), talk.choice("nav:menu", "nav_menu")]]
