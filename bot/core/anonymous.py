"""Questions without the person: what is kept of a question that was not answered, so that an editor can write the answer."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.core.text import MAX_QUESTION, strip_controls

Reason = Literal["unanswered", "none_of_these", "not_helpful"]
GONE, NUMBER = "…", "#"
"""What stands for a name or an address, and for a number."""

_READ = 4 * MAX_QUESTION
# Addresses on the net, as people write them; a full stop without a space after it is none, hence the list of endings.
_ADDRESS = re.compile(
    r"\S*@\S*|\S+\s?[\[(]\s?at\s?[\])]\s?\S+|(?:\w+://|www\.)\S+"
    r"|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.(?:de|com|org|net|eu|info|io|me|ua|ru|ro|bg|pl|tr|fr|ir|sy)(?:/\S*|(?!\w))",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?:[ -]?[a-z]{4})?(?:[ -]?\d{1,4}){2,8}\w*", re.IGNORECASE)
_STREET = re.compile(r"[\w-]*(?:straße|strasse|str\.?|\w\wweg|allee|gasse)\s+\d+\s?[a-z]?(?!\w)", re.IGNORECASE)
_CODE = re.compile(r"(?<!\w)(?=(?:[^\W\d_]*\d){4})\w+")
_NUMBERS = re.compile(rf"\+?{NUMBER}(?:[\s().,:/+-]*{NUMBER})*")

_PARTICLE = r"(?:al|el|von|van|de|der|bin|ben|ibn|abu|abd|ال|بن|ابن|أبو|ابو|عبد)"
_NAME = r"[^\W\d_](?:[^\W_]|['’ʼ`.-](?=\w))*"
# Words that go on with the sentence; they are no second name.
_ON = (
    r"(?:und|ich|bin|wir|aus|and|i|from|we|am|et|je|de|j|і|й|та|я|з|и|с|из|аз|от|ve|ben|bir|i|oraz|a|ja|z|mam|și|si|eu|sunt|din|am"
    r"|û|u|ez|e|ye|و|أنا|انا|من|است|هستم|ام)"
)
_NAMES = rf"(?:{_PARTICLE}\s+)*{_NAME}(?:\s+(?!{_ON}(?!\w))(?:{_PARTICLE}\s+)*{_NAME})?"
_FIELD = (
    r"(?:(?:vor|nach|familien|sur|last|first|family|pré)?\s?name|nom|prénom|prenom|nume|prenume|imię|nazwisko|імʼя|ім['’`]?я|прізвище"
    r"|имя|фамилия|име|фамилия|ad|adı|isim|soyad|soyadı|nav|الاسم|اسم|نام)\s*[:=]"
)
# Each announces a name and nothing else: in the twelve languages, with the spellings people type.
_ANNOUNCE = (
    r"ich hei(?:ß|ss|s)e?|(?:mein|unser) (?:vor|nach|familien)?name (?:ist|lautet)"
    r"|(?:kind|sohn|tochter|mann|frau|bruder|schwester|mutter|vater) hei(?:ß|ss)t"
    r"|my (?:(?:first|last|full|family) )?name(?: is|['’]?s)|i am called|i['’]?m called|call me"
    r"|je m['’ ]?appelle?s?|mon (?:pré|pre)?nom (?:est|c['’]est)"
    r"|мене звати|мене звуть|мо[єе] (?:ім['’ʼ`]?я|прізвище)|mene zvaty"
    r"|меня зовут|мо[её] имя|моя фамилия|menya zovut|minja zovut"
    r"|казвам се|името ми е|фамилията ми е|kazvam se"
    r"|nazywam si[ęe]|mam na imi[ęe]|na imi[ęe] mi|moje (?:imi[ęe]|nazwisko)(?: to)?"
    r"|m[ăa] (?:numesc|cheam[ăa])|numele meu (?:este|e)"
    r"|(?:benim )?(?:soy)?ad[ıi]m|(?:benim )?[iİ]smim"
    r"|nav[êe] min|nav[êe]m"
    r"|و?[اإأ]سم[يی]|و?أدعى|نام من|اسم من|نامم|اسمم|[ei]smi|esme? man"
    rf"|{_FIELD}"
    r"|(?:viele|liebe|beste|schöne|mit freundlichen|freundliche) gr(?:ü|ue)(?:ß|ss)en?|(?:best|kind) regards|cordialement"
    r"|с уважением|з повагою|с уважение|z poważaniem|pozdrawiam|cu stimă|saygılarımla|مع تحياتي|با احترام"
)
_ANNOUNCED = re.compile(rf"(?<!\w)({_ANNOUNCE})([\s,:]+(?:is |ist )?){_NAMES}", re.IGNORECASE)
# "Frau" is a wife as well and "pan" means you: after these only what is written like a name.
_TITLE = re.compile(
    r"(?<!\w)(herrn?|frau|fr\.|hr\.|mrs?\.?|ms\.?|miss|monsieur|madame|mme\.?|пана?|панов?і|пані|господин[аъ]?|госпожа|г-н|г-жа"
    r"|pan[ai]?|panią|domnul(?:ui)?|doamn[aă]|doamnei|dl\.|d-na|sayın|bay|bayan|birêz)"
    rf"\s+(?:(?:dr|prof)\.?\s+)*({_NAME})(\s+{_NAME})?",
    re.IGNORECASE,
)
_EASTERN_TITLE = re.compile(rf"(?<!\w)(السيدة?|سيد|آقای|اقای|خانم|الأستاذة?|kak|xanim|ağayê)(\s+){_NAME}", re.IGNORECASE)
_AGAIN = re.compile(rf"{GONE}(?:[\s,]*{GONE})+")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that found no answer, or one that did not help: of nobody, with the day and no time of day.

    `article` is the nearest one, or the one that did not help. `n` is the store's number, 0 before it is kept.
    """

    n: int
    day: date
    language: str
    reason: Reason
    article: str | None
    text: str


def without_person(text: str) -> str:
    """Return a question without what names a person, in at most MAX_QUESTION characters; empty if nothing is left to read.

    E-mail and web addresses, handles, IBANs, streets with a number and the one or two words after "my name is", "Herr" and the
    like in our twelve languages become "…"; digits of any script become "#". Names that no such word announces, or that are
    written without a capital after "Frau", may remain: hence the list is for editors only, and expires.
    """
    clean = unicodedata.normalize("NFKC", strip_controls(text[:_READ])).replace("...", GONE)
    for pattern in (_ADDRESS, _IBAN, _STREET):
        clean = pattern.sub(GONE, clean)
    clean = _CODE.sub(NUMBER, clean)
    clean = "".join(NUMBER if unicodedata.category(c)[0] == "N" else c for c in clean)
    clean = _NUMBERS.sub(NUMBER, clean)
    clean = _ANNOUNCED.sub(rf"\1\2{GONE}", clean)
    clean = _EASTERN_TITLE.sub(rf"\1\2{GONE}", _TITLE.sub(_titled, clean))
    clean = _AGAIN.sub(GONE, " ".join(clean.split()))[:MAX_QUESTION].strip()
    return clean if any(c.isalpha() for c in clean) else ""


def _titled(found: re.Match[str]) -> str:
    title, first, second = found.groups()
    if not first[0].isupper():
        return found[0]
    return f"{title} {GONE}" + (second if second and not second.strip()[0].isupper() else "")
