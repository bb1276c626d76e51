"""How much is kept about somebody: what they are shown before they have it erased."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """Numbers of messages (theirs and ours), files, conversations with humans, notes about them, and appointments."""

    messages: int = 0
    files: int = 0
    cases: int = 0
    notes: int = 0
    appointments: int = 0
