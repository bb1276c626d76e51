"""The way a newcomer came, mark by mark, in words for the advisor."""

from collections.abc import Iterable

from bot.core.content import Content


def in_words(content: Content, marks: Iterable[str], language: str) -> list[str]:
    """Return what was looked at and chosen before: topics, articles, answers, places and sites by their names."""
    return [words for mark in marks if (words := _words(content, mark, language))]


def topic(content: Content, name: str, language: str) -> str:
    """Return a topic's name."""
    try:
        return content.phrases.say(f"topic_{name}", language)
    except KeyError:
        return name


def _words(content: Content, mark: str, language: str) -> str:
    kind, _, name = mark.partition(":")
    match kind:
        case "topic":
            return topic(content, name, language)
        case "article":
            article = content.knowledge.articles.get(name)
            return f"„{article.wording(language).title}“" if article else ""
        case "f":
            return _option(content, name, language)
        case "sites":
            return f"{content.phrases.say('nav_site', language)}: {name}"
        case "site":
            site = content.network.sites.get(name)
            return site.name if site else ""
    return ""


def _option(content: Content, argument: str, language: str) -> str:
    """Return the label of a chosen answer; nothing when the flow has changed since."""
    flow_id, _, rest = argument.partition(":")
    step, _, option = rest.partition(":")
    flow = content.flows.get(flow_id)
    try:
        return flow.texts.find(flow.key(step, option), language).text if flow else ""
    except KeyError:
        return ""
