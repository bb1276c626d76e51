"""Reading `knowledge/alarms/`: messages from which the bot learns to notice emergencies, a file for each language."""

from bot.adapters.content.reading import Reader
from bot.adapters.content.schema import AlarmsFile
from bot.core.alarm import Examples
from bot.core.variants import readable


def read_alarms(reader: Reader) -> Examples:
    """Return the messages of all languages; nothing where there is no such folder."""
    emergency: dict[str, None] = {}
    harmless: dict[str, None] = {}
    for path in sorted((reader.root / "knowledge" / "alarms").glob("*.yaml")):
        file = reader.yaml(path, AlarmsFile)
        if file is not None:
            emergency |= dict.fromkeys(map(readable, file.emergency))
            harmless |= dict.fromkeys(map(readable, file.harmless))
            for text in sorted(emergency.keys() & harmless.keys()):
                reader.report(
                    path, text[:40], "Die Nachricht steht unter emergency und unter harmless. Streichen Sie eine davon."
                )
                del harmless[text]
    return Examples(tuple(emergency), tuple(harmless))
