"""How articles, the menu, sites and the emergency card are put into words and buttons."""

from collections.abc import Iterable
from datetime import timedelta

from bot.core import locales
from bot.core.contacts import InFlow
from bot.core.crisis import Crisis
from bot.core.flows import Ask, Flow, Step
from bot.core.hours import Span
from bot.core.knowledge import Article, Term, Wording
from bot.core.language import LANGUAGES, SOURCE, direction
from bot.core.locales import clock, local
from bot.core.messages import Choice, OutboundMessage, TranslationLabel
from bot.core.network import Nearby, Site
from bot.core.places import Place
from bot.core.talk import Rows, Talk
from bot.core.text import isolate
from bot.core.texts import fill

_LABEL_LENGTH = 60
_ID_LENGTH = 64


def language_choices(hint: str | None = None) -> list[list[Choice]]:
    """Return the languages by their own names, two in a row, the likely one first."""
    codes = sorted(LANGUAGES, key=lambda code: code != hint)
    names = [Choice(f"lang:{code}", LANGUAGES[code].name) for code in codes]
    return [names[start : start + 2] for start in range(0, len(names), 2)]


def topic_label(talk: Talk, topic: str) -> str:
    """Return a topic's name with its icon."""
    known = talk.content.knowledge.topics.get(topic)
    return f"{known.icon} {talk.words(f'topic_{topic}')}" if known else topic


def topic_choices(talk: Talk, prefix: str = "topic") -> list[list[Choice]]:
    """Return the topics as buttons, two in a row; an emergency is nothing to wait for an answer or an appointment with."""
    known = talk.content.menus.get((prefix, talk.language))
    if known is None:
        topics = [topic.id for topic in talk.content.knowledge.menu() if prefix == "topic" or topic.id != "emergency"]
        buttons = [Choice(f"{prefix}:{topic}", topic_label(talk, topic)) for topic in topics]
        known = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
        talk.content.menus[prefix, talk.language] = known
    return known


def ask_consent(talk: Talk, key: str = "consent") -> None:
    """Ask whether the chat may be kept; the way back, and the wish for a person, stand here as everywhere."""
    yes, no = talk.choice("consent:yes", "consent_yes"), talk.choice("consent:no", "consent_no")
    around = [talk.choice("nav:language", "nav_language"), talk.choice("nav:person", "nav_person")]
    details = key == "consent_details"
    more = talk.choice("consent:full", "consent_full") if details else talk.choice("consent:details", "consent_more")
    rows, kept = [[yes], [no], [more], around], talk.situation.periods().stated()
    keys = (key, "consent_separately", "consent_questions") if details else (key,)
    language = talk.content.phrases.find(key, talk.language).language
    talk.tell("\n\n".join(talk.words(each, **kept) for each in keys), rows, language=language)


def show_menu(talk: Talk, key: str = "menu", more: Rows = ()) -> None:
    """Say what the bot can do, with every topic."""
    near = talk.choice("nav:site", "nav_site")
    book = talk.choice("nav:appointments", "nav_appointments")
    person = talk.choice("nav:person", "nav_person")
    language = talk.choice("nav:language", "nav_language")
    talk.say(key, [*topic_choices(talk), *more, [near, book], [person, language]])


def show_topic(talk: Talk, topic: str) -> None:
    """List the articles of a topic that has no flow."""
    articles = talk.content.knowledge.on(topic)
    talk.say("topic_articles", [[article_choice(talk, article)] for article in articles], topic=topic_label(talk, topic))
    talk.with_navigation()


def article_choice(talk: Talk, article: Article) -> Choice:
    """Return the button that opens an article."""
    return Choice(f"article:{article.id}", article.wording(talk.language).title[:_LABEL_LENGTH])


def term_choice(term: Term, article: str = "") -> Choice:
    """Return the button that explains a term; one under an article names it, so that there is a way back."""
    id = f"term:{term.id}:{article}"
    return Choice(id if article and len(id) <= _ID_LENGTH else f"term:{term.id}", f"📖 {term.term}")


def show_article(
    talk: Talk, article: Article, *, related: bool = False, language: str | None = None, question: str = "", more: Rows = ()
) -> None:
    """Show an article in the reader's language, or visibly in another, with its sources and the day they were checked.

    `question` is what it was found by, shown above it; `more` are buttons under those to what is related.
    """
    wording = article.wording(language or talk.language)
    rows = [[article_choice(talk, talk.content.knowledge.articles[id])] for id in article.related[:2]] if related else []
    if wording.language != SOURCE:
        rows.append([talk.choice(f"original:{article.id}", "show_german")])
    rows += [list(row) for row in more]
    rows += [[term_choice(term, article.id)] for term in talk.content.glossary.used_in(article)]
    talk.append(
        OutboundMessage(
            text=(f"❓ {question}\n\n" if question else "") + _article_text(talk, article, wording),
            language=wording.language,
            choices=tuple(tuple(row) for row in rows),
            label=_label(talk, wording, language),
            note=_article_note(talk, article, wording, language),
        )
    )
    talk.walked(f"article:{article.id}")


def _article_text(talk: Talk, article: Article, wording: Wording) -> str:
    checking = talk.content.phrases.say("fact_being_checked", wording.language)
    body = talk.content.knowledge.with_facts(wording.body, wording.language, talk.today, checking)
    if article.risk == "amber":
        body += "\n\n" + talk.content.phrases.say("depends_on_case", wording.language)
    return f"# {wording.title}\n\n{body}"


def _label(talk: Talk, wording: Wording, asked: str | None) -> TranslationLabel:
    if wording.language != (asked or talk.language):
        return "fallback"
    if wording.language == SOURCE or wording.status == "reviewed":
        return ""
    return "machine" if wording.status == "machine" else "draft"


def _article_note(talk: Talk, article: Article, wording: Wording, asked: str | None) -> str:
    label = _label(talk, wording, asked)
    lines = [talk.words(f"note_{label}", language=LANGUAGES[wording.language].name)] if label else []
    if label == "fallback" and wording.status == "machine":
        lines.append(talk.words("note_machine"))
    if article.outdated(wording.language):
        lines.append(talk.words("note_outdated"))
    if article.review_by < talk.today:
        lines.append(talk.words("note_review_passed"))
    sources = ", ".join(_isolated(talk, source.title) for source in article.sources)
    day = _isolated(talk, locales.plain_date(article.checked))
    lines.append(talk.words("note_sources", day=day, sources=sources))
    return "\n".join(lines)


def _isolated(talk: Talk, text: str) -> str:
    return isolate(text) if direction(talk.language) == "rtl" else text


def show_question(talk: Talk, flow: Flow, step: Step, ask: Ask, lead: str = "") -> None:
    """Ask a flow's question with its options as buttons; `lead` stands before it."""
    text = flow.texts.find(flow.key(step.id), talk.language) if step.says else None
    rows = [
        [Choice(f"f:{flow.id}:{step.id}:{option.id}", flow.texts.find(flow.key(step.id, option.id), talk.language).text)]
        for option in ask.options
    ]
    if ask.type == "place":
        rows.append([talk.choice("location", "share_location")])
    parts = [part for part in (lead, flow_text(talk, flow, flow.key(step.id)) if text else "") if part]
    talk.tell("\n\n".join(parts) or talk.words("please_choose"), rows, language=text.language if text else None)


def flow_text(talk: Talk, flow: Flow, key: str) -> str:
    """Return a flow's text with facts and earlier answers filled in."""
    text = flow.texts.find(key, talk.language).text
    filled = talk.content.knowledge.with_facts(text, talk.language, talk.today, talk.words("fact_being_checked"))
    return fill(filled, _earlier_answers(talk, flow))


def _earlier_answers(talk: Talk, flow: Flow) -> dict[str, str]:
    """Return what was answered so far, options by their labels."""
    pending = talk.conversation.pending
    slots = dict(pending.session.slots or {}) if isinstance(pending, InFlow) else {}
    for step in flow.steps.values():
        if step.ask and slots.get(step.ask.save) in {option.id for option in step.ask.options}:
            slots[step.ask.save] = flow.texts.find(flow.key(step.id, slots[step.ask.save]), talk.language).text
    return slots


def show_emergency(talk: Talk, crises: tuple[Crisis, ...] = ()) -> None:
    """Show the emergency card: what to do and whom to call, the numbers of these crises first."""
    first = [number for crisis in crises for number in crisis.numbers]
    numbers = sorted(talk.content.crises.numbers, key=lambda each: first.index(each.id) if each.id in first else len(first))
    lines = [
        f"- [{each.number}](tel:{each.number.replace(' ', '')}) {talk.words(f'number_{each.id}')}"
        for each in numbers
        if each.id in first or not first or each.id in ("rescue", "police")
    ]
    lead = talk.words(f"crisis_{crises[0].id}" if crises else "emergency")
    talk.tell(f"{lead}\n\n" + "\n".join(lines) + f"\n\n{talk.words('emergency_end')}")


def show_sites(talk: Talk, place: Place, near: list[Nearby], topic: str | None) -> None:
    """Show the nearest sites, each with a button to book there."""
    cards = [site_card(talk, each) for each in near]
    rows = [
        [talk.choice(f"book:site:{each.site.id}", "book_here", site=each.site.name)] for each in near if each.site.appointments
    ]
    rows.append([talk.choice("place:other", "other_place")])
    talk.tell("\n\n".join([talk.words("sites_near", place=_isolated(talk, place.name)), *cards]), rows)
    talk.walked(f"sites:{place.name}")


def site_card(talk: Talk, near: Nearby) -> str:
    """Return a site in words: where, how far, when open, which languages, how to reach it."""
    site = near.site
    lines = [f"**{_isolated(talk, site.name)}**"]
    if near.kilometres is not None:
        lines[0] += f" · {_isolated(talk, locales.distance(near.kilometres, talk.language))}"
    if near.responsible:
        lines.append(f"✔ {talk.words('site_responsible')}")
    if site.example:
        lines.append(f"⚠️ {talk.words('site_example')}")
    elif site.verified_on is None:
        lines.append(f"⚠️ {talk.words('site_unverified')}")
    if site.example or site.verified_on:
        lines += _site_facts(talk, site, remote=near.remote or site.remote_only)
    names = ", ".join(_isolated(talk, LANGUAGES[code].name) for code in site.languages if code in LANGUAGES)
    lines.append(f"💬 {names}")
    if site.target_groups:
        lines.append("👥 " + ", ".join(talk.words(f"group_{group.replace('-', '_')}") for group in site.target_groups))
    return "\n".join(f"{line}  " for line in lines)


def _site_facts(talk: Talk, site: Site, *, remote: bool) -> list[str]:
    lines = [f"🕘 {opening(talk, site)}", *week(site, talk.language), *_other_days(talk, site), *walk_in(talk, site)]
    if remote:
        lines.append(f"📞 {talk.words('site_remote')}")
    else:
        lines.append(f"📍 {_isolated(talk, f'{site.street}, {site.postcode} {site.town}')}")
    if site.phone:
        lines.append(f"☎ [{_isolated(talk, site.phone)}](tel:{site.phone.replace(' ', '')})")
    if site.wheelchair is not None and not remote:
        lines.append(f"♿ {talk.words('wheelchair_yes' if site.wheelchair else 'wheelchair_no')}")
    if not remote:
        lines.append(f"🗺 [{talk.words('route')}]({site.route})")
    return lines


def site_name(talk: Talk, site_id: str) -> str:
    """Return what a site is called; one that is no longer listed is a counselling centre still."""
    site = talk.content.network.sites.get(site_id)
    return site.name if site else talk.words("site_unlisted")


def opening(talk: Talk, site: Site | None) -> str:
    """Return whether the site is open now and until when, or when it opens next; of one no longer listed, that nobody knows."""
    holidays = talk.content.network.holidays
    if site is None:
        return talk.words("opening_unknown")
    if site.by_appointment_only:
        return talk.words("by_appointment_only")
    until = site.hours.open_until(talk.now, holidays)
    if until:
        return talk.words("open_until", time=_isolated(talk, clock(until)))
    opens = site.hours.next_opening(talk.now, holidays)
    if opens is None:
        return talk.words("closed_for_long")
    day = locales.full_day(local(opens).date(), talk.language)
    return talk.words("opens", day=day, time=_isolated(talk, clock(opens)))


def walk_in(talk: Talk, site: Site) -> list[str]:
    """Return when people can come next without an appointment, and how long they will wait; only if there is such a time."""
    holidays = talk.content.network.holidays
    spans = [
        (max(opens, local(talk.now)), closes, timedelta(minutes=each.waiting))
        for each in site.walk_in
        for opens, closes in each.hours.spans(talk.now, 14, holidays)
    ]
    for start, closes, waiting in sorted(spans):
        if start + waiting < closes:
            day, times = locales.day(start.date(), talk.language), (clock(start), clock(closes), clock(start + waiting))
            begins, ends, turn = (_isolated(talk, time) for time in times)
            return [f"🚪 {talk.words('walk_in', day=day, start=begins, end=ends, time=turn)}"]
    return []


def week(site: Site, language: str) -> list[str]:
    """Return a site's opening hours, a line for each weekday."""
    lines = []
    for day, spans in sorted(site.hours.week.items()):
        lines.append(f"{locales.weekday(day, language)}: {_times(spans, language)}")
    return lines


def _other_days(talk: Talk, site: Site) -> list[str]:
    """Return on which of the coming seven days something else holds than on that weekday: a sign says that it is closed."""
    lines = []
    for day in (local(talk.now).date() + timedelta(days=offset) for offset in range(7)):
        spans = site.hours.on(day, talk.content.network.holidays)
        if spans != site.hours.week.get(day.weekday(), ()):
            name = locales.day(day, talk.language)
            lines.append(f"❗ {name}: {_times(spans, talk.language)}" if spans else f"🚫 {name}")
    return lines


def _times(spans: Iterable[Span], language: str) -> str:
    times = ", ".join(f"{clock(span.start)}–{clock(span.end)}" for span in spans)
    return isolate(times) if direction(language) == "rtl" else times
