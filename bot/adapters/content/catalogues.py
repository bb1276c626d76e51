"""Collects the German texts to translate, keeps the gettext catalogues up to date, and gives the console its words."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from babel.messages.extract import extract_from_file

from bot.adapters.content import po
from bot.adapters.content.flow_files import PHRASES, read_flow_files, read_phrases
from bot.adapters.content.flow_schema import FlowFile
from bot.adapters.content.knowledge import build_terms, read_terms
from bot.adapters.content.problems import ContentError
from bot.adapters.content.reading import Reader
from bot.adapters.content.references import GLOSSARY_FILE
from bot.core.knowledge import Term
from bot.core.language import LANGUAGES, SOURCE

FLOWS, GLOSSARY, CONSOLE = "flows", "glossary", "console"
CONSOLE_LANGUAGES = (SOURCE, "en")
LABEL_LENGTH = 40
_WEB = Path("bot/adapters/web")


def catalogue_path(root: Path, language: str, domain: str = FLOWS) -> Path:
    """Return where a catalogue is kept."""
    return root / "locales" / language / "LC_MESSAGES" / f"{domain}.po"


def flow_sources(flow: FlowFile) -> Iterator[po.Source]:
    """Yield the German texts of a flow in the order of the file, under the keys the core looks them up by."""
    file = f"flows/{flow.flow}.yaml"
    for id, step in flow.steps.items():
        key = f"{flow.flow}.{id}"
        if step.say:
            yield po.Source(step.say, key, file)
        if step.ask:
            for option, entry in step.ask.options.items():
                yield po.Source(entry.label, f"{key}.{option}", file, f"Knopf: höchstens {LABEL_LENGTH} Zeichen")
            if step.ask.other:
                yield po.Source(step.ask.other.say, f"{key}.?", file)


def phrase_sources(phrases: Mapping[str, str]) -> Iterator[po.Source]:
    """Yield the German texts of the bot's small talk."""
    for key, german in phrases.items():
        yield po.Source(german, f"{PHRASES}.{key}", f"flows/{PHRASES}.yaml")


def term_sources(terms: Mapping[str, Term]) -> Iterator[po.Source]:
    """Yield the German words of the glossary and their explanations."""
    for id, term in terms.items():
        yield po.Source(term.term, f"{id}.term", GLOSSARY_FILE)
        yield po.Source(term.text, f"{id}.text", GLOSSARY_FILE)


def console_sources(root: Path) -> list[po.Source]:
    """Return the German texts of the console's pages and code, in the order of their files."""
    web = root / _WEB
    pages = sorted((web / "templates" / "console").rglob("*.html"))
    return [
        po.Source(german, None, path.relative_to(root).as_posix())
        for path in (*pages, *sorted(web.glob("*.py")))
        for german in _extracted(path)
    ]


def _extracted(path: Path) -> Iterator[str]:
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    for _, message, _, _ in extract_from_file(method, path, keywords={"_": None}, options={"silent": "false"}):
        if isinstance(message, str):
            yield message


def update(root: Path) -> list[Path]:
    """Bring the catalogues of all languages up to date with the German texts; return the files that changed.

    Raises:
        ContentError: a flow file or a catalogue cannot be read; then nothing is changed.
    """
    reader = Reader(root)
    sources = read_sources(reader)
    translated = [language for language in LANGUAGES if language != SOURCE]
    work = {
        catalogue_path(root, language, domain): (language, texts) for domain, texts in sources.items() for language in translated
    }
    # Where the console's own sources are not at hand, its catalogue stays as it is.
    if (root / _WEB).is_dir():
        words = console_sources(root)
        work |= {
            catalogue_path(root, language, CONSOLE): (language, words) for language in CONSOLE_LANGUAGES if language != SOURCE
        }
    for path in work:
        read_catalogue(reader, path)
    if reader.problems:
        raise ContentError(reader.problems)
    return [path for path, (language, texts) in work.items() if po.merge(path, texts, language)]


def read_sources(reader: Reader) -> dict[str, list[po.Source]]:
    """Return the German texts that newcomers read, by the catalogue they belong to; the glossary only where there is one."""
    files, phrases = read_flow_files(reader), read_phrases(reader)
    texts = [*phrase_sources(phrases), *(source for file in files.values() for source in flow_sources(file))]
    terms = list(term_sources(build_terms(read_terms(reader), {})))
    return {FLOWS: texts, GLOSSARY: terms} if terms else {FLOWS: texts}


def read_catalogues(reader: Reader, domain: str = FLOWS) -> dict[str, dict[str, po.Translation]]:
    """Return the translations of a domain by language and key."""
    paths = {code: catalogue_path(reader.root, code, domain) for code in LANGUAGES if code != SOURCE}
    return {code: read_catalogue(reader, path) for code, path in paths.items()}


def read_catalogue(reader: Reader, path: Path) -> dict[str, po.Translation]:
    """Return the translations of a catalogue by key; nothing when there is none or it is damaged."""
    try:
        return po.translations(path) if path.exists() else {}
    except po.CatalogueError as error:
        reader.report(path, "", damaged(error))
        return {}


def damaged(error: po.CatalogueError) -> str:
    """Return what to do about a catalogue that cannot be read."""
    return f"Die Übersetzungsdatei ist beschädigt ({error}). Öffnen Sie sie mit Poedit und speichern Sie sie neu."


def console_texts(root: Path, language: str) -> Callable[[str], str]:
    """Return the function that gives a console text in a language; what is not translated stays German.

    Raises:
        CatalogueError: the catalogue is damaged.
    """
    known = console_translations(root, language)
    return lambda german: known.get(german, german)


def console_translations(root: Path, language: str) -> dict[str, str]:
    """Return the console's texts of a language by their German ones; none for German itself."""
    path = catalogue_path(root, language, CONSOLE)
    if language not in CONSOLE_LANGUAGES or language == SOURCE or not path.exists():
        return {}
    return {german: str(message.string) for (_, german), message in po.read(path).items() if message.string and not message.fuzzy}
