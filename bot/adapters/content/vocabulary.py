"""Reading `knowledge/vocabulary/`: tables with a row for each concept and a column for each language."""

from bot.adapters.content.reading import Reader
from bot.core.language import LANGUAGES, SOURCE
from bot.core.vocabulary import Concept, Vocabulary, expressions


def read_vocabulary(reader: Reader) -> Vocabulary:
    """Return what people call things; nothing where there is no such folder."""
    concepts: list[Concept] = []
    for path in sorted((reader.root / "knowledge" / "vocabulary").glob("*.csv")):
        for number, row in enumerate(reader.table(path, tuple(LANGUAGES), [SOURCE]), start=2):
            if "" not in row and expressions(row, SOURCE):
                concepts.append(row)
            else:
                problem = "Jede Zeile braucht ein deutsches Wort. Mehrere Wörter einer Spalte trennt ein Semikolon."
                reader.report(path, f"Zeile {number}", problem)
    return Vocabulary(concepts)
