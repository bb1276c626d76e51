"""Which role opens what at the console. A sign-in has one role, and no role holds another: an admin reads no conversation."""

from collections.abc import Mapping
from typing import Literal, get_args

StaffRole = Literal["advisor", "coordinator", "editor", "translator", "admin"]
ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
Area = Literal["cases", "coordination", "articles", "translations", "staff"]
"""Conversations and appointments; giving cases to others; the state of the content; that of its translations; the people."""
OPENS: Mapping[StaffRole, frozenset[Area]] = {
    "advisor": frozenset({"cases"}),
    "coordinator": frozenset({"cases", "coordination"}),
    "editor": frozenset({"articles", "translations"}),
    "translator": frozenset({"translations"}),
    "admin": frozenset({"staff"}),
}


def opens(role: str, area: Area) -> bool:
    """Tell whether a role opens an area; one that is not known (any more) opens nothing."""
    return any(area in areas for known, areas in OPENS.items() if known == role)
