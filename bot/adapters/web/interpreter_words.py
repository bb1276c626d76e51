"""Who interprets at an appointment, in the words of the console."""

from collections.abc import Mapping

from bot.adapters.web.parts import Gettext
from bot.core.appointments import Interpreting


def interpreted(who: Interpreting | None, names: Mapping[str, str], _: Gettext) -> str:
    """Return who interprets; nothing where nobody need."""
    match who:
        case None:
            return ""
        case Interpreting("there", id):
            return _("{name} dolmetscht").format(name=names.get(id, _("Jemand")))
        case Interpreting("phone", id):
            return _("{name} dolmetscht am Telefon").format(name=names.get(id, _("Jemand")))
        case Interpreting("line"):
            return _("Telefondolmetschen")
        case _other:
            return _("Dolmetschen nötig")


def tone(who: Interpreting | None) -> str:
    """Return how urgent that looks: nobody interprets yet, somebody was not asked yet, all is well."""
    if who is None or who.how == "line":
        return ""
    return "amber" if who.how == "open" else "green" if who.confirmed else ""
