"""Reads the flow files and the bot's small talk as they were written."""

from bot.adapters.content.flow_schema import FlowFile, PhrasesFile
from bot.adapters.content.reading import Reader

PHRASES = "bot"
"""The file of the bot's small talk, and the first part of its keys."""


def read_flow_files(reader: Reader) -> dict[str, FlowFile]:
    """Return the flows by id; the id is the name of the file."""
    files: dict[str, FlowFile] = {}
    for path in sorted((reader.root / "flows").glob("*.yaml")):
        if path.stem == PHRASES:
            continue
        file = reader.yaml(path, FlowFile)
        if file is not None and file.flow != path.stem:
            message = f"Der Ablauf heißt '{file.flow}', die Datei '{path.stem}'. Beide müssen gleich heißen."
            reader.report(path, "flow", message)
        elif file is not None:
            files[file.flow] = file
    return files


def read_phrases(reader: Reader) -> dict[str, str]:
    """Return the German small talk by key; nothing while the file does not exist."""
    path = reader.root / "flows" / f"{PHRASES}.yaml"
    file = reader.yaml(path, PhrasesFile) if path.exists() else None
    return dict(file.phrases) if file else {}
