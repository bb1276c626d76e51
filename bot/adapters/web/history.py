"""What happened to a case, in words."""

from collections.abc import Callable
from datetime import datetime

from bot.adapters.web.parts import Gettext
from bot.core.locales import clock, full_day, local
from bot.core.network import Network


def in_words(what: str, network: Network, name: Callable[[str], str], texts: Gettext, language: str) -> str:
    """Return a step of a case's history ("transferred:example-b-site") in words; `name` tells who an advisor is."""
    _ = texts
    known = {
        "opened": _("Eröffnet"),
        "claimed": _("Übernommen"),
        "closed": _("Geschlossen"),
        "transferred": _("Weitergegeben"),
        "withdrawn": _("Die Person erlaubt die Weitergabe nicht mehr"),
        "released": _("Zurück in die Warteschlange"),
        "queued": _("Die Beratungsstelle hat geöffnet"),
        "reopened": _("Wieder aufgenommen"),
        "at_risk": _("Die zugesagte Zeit läuft bald ab"),
        "overdue": _("Die zugesagte Zeit ist abgelaufen"),
        "level_2": _("Die Koordination ist gefragt"),
        "level_3": _("Weiter überfällig"),
        "partner_asked": _("Gefragt, ob eine andere Beratungsstelle übernehmen darf"),
        "pass_asked": _("Gefragt, ob der Fall weitergegeben werden darf"),
        "joined": _("Mit in die Beratung geholt"),
        "entrusted": _("Übergeben"),
        "booked": _("Termin vereinbart"),
        "settled_crisis": _("Notlage geklärt"),
        "settled_callback": _("Anruf erledigt"),
    }
    kind, _colon, detail = what.partition(":")
    if kind == "booked":
        at = datetime.fromisoformat(detail)
        whom = f"{full_day(local(at).date(), language)}, {clock(at)}"
    elif kind == "withdrawn":
        whom = network.agencies[detail].name if detail in network.agencies else detail
    else:
        moved = kind in ("transferred", "pass_asked")
        whom = reasons_to_close(texts).get(detail) or (site_name(detail, network, texts) if moved else name(detail))
    return f"{known.get(kind, kind)}: {whom}" if whom else known.get(kind, kind)


def site_name(id: str, network: Network, texts: Gettext) -> str:
    """Return what a site is called at the desk, or that it is no longer listed."""
    site, _ = network.sites.get(id), texts
    return site.name if site else _("Stelle steht nicht mehr im Verzeichnis ({name})").format(name=id)


def reasons_to_close(texts: Gettext) -> dict[str, str]:
    """Return why a case may be closed, in words."""
    _ = texts
    return {
        "solved": _("Frage geklärt"),
        "referred": _("An eine andere Stelle verwiesen"),
        "silent": _("Die Person meldet sich nicht mehr"),
        "other": _("Anderer Grund"),
    }
