"""The log of who looked at a case that was not theirs, exported or erased: reading it, and testing that it is whole."""

import argparse

from bot.settings import read_settings


def audit(options: argparse.Namespace) -> int:
    """Read the log of who looked at what (list), or test that nobody changed it (verify)."""
    from bot import app

    settings = read_settings()
    store = app.open_store(settings.data, settings.key, alone=False)
    try:
        with store.transaction() as tx:
            lines, broken = tx.audited(), tx.audit_broken_at()
            logins = {each.id: each.login for each in tx.advisors()}
    finally:
        store.close()
    if options.action == "list":
        for line in lines:
            print(f"{line.n:6}  {line.at:%Y-%m-%d %H:%M}  {logins.get(line.who, line.who):20}  {line.what:8}  {line.subject}")
        return 0
    if broken is not None:
        print(f"The log is not whole: line {broken} was changed, put in or taken out.")
        return 1
    if options.mark and not any(line.mark.startswith(options.mark.casefold()) for line in lines):
        print(f"The mark {options.mark} is not in the log: lines at its end were taken out, or an older backup was restored.")
        return 1
    print(f"The log is whole: {len(lines)} lines.")
    if lines:
        print(f"Write down its last mark, and give it next time: wegweiser audit verify --mark {lines[-1].mark[:16]}")
    return 0
