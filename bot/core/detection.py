"""Which language somebody writes in: letters that decide alone, everyday words, then py3langid. Better unsure than wrong.

Thresholds and word lists come from our own development questions (`tests/questions/dev`) and the articles' phrasings.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bot.core.language import LANGUAGES
from bot.core.text import MAX_QUESTION, fold, strip_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from py3langid.langid import LanguageIdentifier

OTHERS = ("ps", "ur", "so", "sq", "es", "it", "pt", "hu", "el", "hr", "sr", "mk", "vi", "hy", "ka", "hi", "zh")
"""Languages the bot does not speak but py3langid recognises; "ti" and "ckb" are known by their letters alone."""

_BYTES = 256
SURE, AHEAD = 0.6, 0.9
"""Probability a language needs: one of ours when nothing is known about the writer; one that is not the writer's own."""

_LETTERS: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = tuple(
    (code, re.compile(letters), re.compile(unless) if unless else None)
    for code, letters, unless in (
        ("ti", r"[\u1200-\u137f\u1380-\u139f\u2d80-\u2ddf]", None),  # Ethiopic: Tigrinya here; py3langid knows Amharic only
        ("ckb", r"[\u06ce\u06c6\u0695\u06b5]", None),  # vowels and letters only Sorani writes; py3langid does not know it
        ("ps", r"[ټډړښګڼځڅ]", None),  # Pashto's own letters; Persian and Arabic have none of them
        ("ur", r"[ٹڈڑ]", None),  # Urdu's own letters
        ("uk", r"[їєґ]", r"[ыъ]"),  # letters Russian and Bulgarian lack
        ("uk", r"і", r"[ыъўәғқңөұүһ]"),  # the same, but Belarusian and Kazakh have it too
        ("ru", r"[ыэё]", r"[іїєўәғқңөұүһ]"),  # letters Ukrainian and Bulgarian lack; Belarusian and Kazakh have some
        ("bg", r"ъ(?![еёюя])", r"[ыэёіїє]"),  # a vowel in Bulgarian; in Russian only before е ё ю я
        ("pl", r"[łąęźż]", r"[čšžėįų]"),  # Polish only; Lithuanian has ą and ę too
        ("ro", r"[șță]", r"[đơư]"),  # Romanian only; Vietnamese has ă too
    )
)
"""Letters that decide alone, unless some of the others stand in the same text; the order counts."""

_NEEDS = {
    "sr": re.compile(r"[a-zјљњћђџ]"),  # otherwise Russian, Bulgarian or Ukrainian
    "mk": re.compile(r"[јљњџѓќѕ]"),
    "ps": re.compile(r"[ېۍۀ]"),  # Persian otherwise
    "ur": re.compile(r"[ںےھہ]"),
}
"""Letters without which a text is not in this language, though the model may think so."""

_PERSIAN, _ARABIC = re.compile(r"[پچژگیک]"), re.compile(r"[ةىأإيك]")
"""Letters of Persian and of Arabic keyboards: the first alone are not Arabic; with both the writer may be from Iraq."""

_GERMAN = frozenset(
    fold(
        """ich du wir ihr sie er es man mein meine meinen meiner mir mich uns der die das den dem des ein eine einen einer kein
        keine nicht nich nix und oder aber wenn dass wie wo was wer wann warum welche welcher wieviel ist is sind bin hab
        habe haben hat kann kannst muss darf will wird für mit ohne bei beim zu zum zur im in auf aus von vom nach bis am an
        als noch jetzt bitte brauche gibt gibts geht nen ner mal über"""
    ).split()
)
"""German office words fill every language here, so German is believed only with one of its small words."""

_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(fold(words).split())
    for code, words in {
        "ar": """ana enta inta enti biddi bidi baddi bdi wen wein ween weyn kif keef shu shou mafi fini fiyi andi marhaba
            shukran lazem mish mesh mush lesh leish hada hayda hek heik ktir kteer iza eza emta addesh addeish adesh
            shaher shahr sarli kaman hoon halla wlad awlad beit khalas shlon shlonak shaku areed urid abgha ayez fein
            feen ezay izay mabi iqama iqamti wara2 byen yalla inshallah habibi lissa btaref baaref ma3 wala wallah""",
        "fa": """mikham mikhaham mikhaam mikhastam mikonam mikone mikonan mikonim mitoonam mitunam mitonam mitoonim mitavanam
            mishe mishavad nemidoonam nemidunam nemitoonam nemitunam hastam hastim nist nistam daram darim nadaram
            nadare chetor chetori chetoor chejoori koja kojast baraye barayam chera chand chandta khahesh mamnoon inja
            unja oonja bayad shoma hanooz hanuz konam konim bacheha bacham bacheam madrese khane khoone khune eghamat
            panahjoo panahandegi ghanoon shode shodam gereftam gereftan javab vaght darkhast begiram beram peyda
            dokhtaram pesaram hamsaram shoharam zanam salam mikonid khoobi""",
        "uk": """yak meni treba mozhna shcho scho sho koly chomu skilky skilki dlya duzhe potribno potribna potriben
            dopomozhit dopomoha dyakuyu pryvit robyty robota robotu kvartyru kvartyra dytyna dytyny dytynu znajty znayty
            chy tse vzhe tilky hroshi groshi shukayu shukaty mozhu khochu hochu yakshcho yaksho nemaye rokiv dity ditey
            likar likarya budlaska zhyty vid pratsyuvaty nimetska nimetskoyi ukrayiny otrymaty podaty що шо чи це як яка
            який вже або якщо коли треба потрібно можна мене мені цей ця зараз скільки дитина дитини дитину гроші садок
            робота роботи роботу оренда оренди заява заяву людина людину допомога дякую нема немає від дуже довго надто
            тут знижка""",
        "ru": """kak chto shto gde mne nuzhno nujno nuzhen nuzhna mozhno mojno skolko kogda esli dlya pochemu hochu khochu
            rabotu rabota raboty dengi deneg kvartiru kvartira kvartiry rebenka rebenok rebenku detei detey detskie
            spasibo pozhaluysta pozhalujsta privet zdravstvuyte zdravstvuite menya kuda otkuda kakoi kakie kakoy uzhe
            eshe eshche delat sdelat podat poluchit nado cherez mesyaca mesyac zdes seichas sejchas teper ili netu semyu
            nemeckogo podtverdit vracha vrach zhit что это если для где когда нужно можно мне меня сколько скока куда
            есть нет уже чтобы чтоб ребенок ребенка ребенку деньги работу надо после очень сейчас какая какой
            платить пришел""",
        "bg": """iskam iska kakvo kvo kyde kade kude kak moje mozhe mojem tryabva trqbva trabva nqkoi nyakoi deto che nyama
            nqma pravq pravya rabotq rabotya rabotim rabota jiveem zhiveem jiveq zhiveya kolko koga blagodarq blagodarya
            zdravei zdraveyte molq molya detska dete naem mnogo tuk tuka sega zashto sum imam pomosht ima pari kazaha
            nemski balgari balgariya podpishe това няма трябва мога кога къде искам имам колко какво аз съм сме със пари
            дете децата една един тука търся тарся намеря нещо някой че защо още дали също ако сега се""",
        "ku": """ez dixwazim dixwazin dikarim dikare dikarin heye hene tune nizanim cawa kengi ciqas bikim bikin bibim bigirim
            bibinim gelo zarok zaroken zaroke malbata alikari alikariya pere pereyen biaxivim herim divet niha""",
    }.items()
}  # fmt: skip
"""Everyday words: in Latin letters where the model is always wrong, in Cyrillic, and Kurdish typed on Turkish keyboards."""

_CERTAIN = 2
"""Everyday words that decide alone; with one the model must agree, never the case for Latin letters: then we ask."""

_ARABIC_DIGIT = re.compile(r"[a-z]+[23579][a-z]+|[2379][a-z]{3,}")
"""Digits in place of Arabic letters (3ayle, sa7eb), but neither B2 nor 24b."""

_OFFICE = re.compile(
    r"""\w*(?:amt|geld|kurse?|schein|karte|antrag|schutz|ausweis|erlaubnis|titel|kasse|klasse|schule|haus|arbeit|stunden)
    |\w*(?:jobcenter|behord|anmeld|wohn|miete|kaution|termin|kita|kinder|kranken|versicher|aufenthalt|ausbild|berat|bescheid
    |bescheinig|bestatig|berecht|verpflicht|zulass|nachzug|sprach|deutsch|pflege|frist|burger|auslander|asyl|sozial|steuer|arbeits
    |jugend|einkommen|beruf|beitrag)\w*|wbs|vhs|bamf|hort|gemeldet|euro|app|chat|online""",
    re.VERBOSE,
)
"""German office words (folded) and words common to all; they say nothing about the language around them."""

_WORD = re.compile(r"[^\W_]+(?:['’ʼ`\u200c-][^\W_]+)*")
_LINK = re.compile(r"\S+(?:://|@)\S*|@\S+|www\.\S+")
_INSIDE = re.compile(r"(?<=[\w,] )[^\W\d_]\w+")
_MIN_WORDS, _MIN_LETTERS = 2, 8
_OFFER_WORDS, _OFFER_LETTERS = 3, 12


def detect(text: str, prior: str | None = None) -> str | None:
    """Return the language of a text: `prior`, the writer's own, unless another is clear; None when nothing is."""
    return _detect(_own_words(text), prior)


def clear_switch(text: str, chosen: str) -> str | None:
    """Return the language to offer, never to force, to somebody who plainly writes another of ours than the chosen one."""
    words = _own_words(text)
    if len(words) < _OFFER_WORDS and _letters(words) < _OFFER_LETTERS:
        return None
    found = _detect(words, chosen)
    return found if found != chosen and found in LANGUAGES else None


def _detect(words: list[str], prior: str | None) -> str | None:
    text = " ".join(words).casefold()
    sure = _by_letters(text)
    if sure:
        return sure
    known, count = _by_words(fold(text))
    if count >= _CERTAIN and len(known) == 1:
        return known[0]
    if len(words) < _MIN_WORDS or _letters(words) < _MIN_LETTERS:
        return prior
    language, probability = _by_model(text)
    if (known and language not in known) or (language == "de" and _GERMAN.isdisjoint(fold(text).split())):
        return prior
    enough = SURE if prior is None and language in LANGUAGES else AHEAD
    return language if probability >= enough or known == [language] else prior


def _own_words(text: str) -> list[str]:
    """Return the words that show the language: without links, names, German office words and the rarer script."""
    clean = _LINK.sub(" ", strip_controls(unicodedata.normalize("NFC", text))[:MAX_QUESTION])
    words = [word for word in _WORD.findall(_INSIDE.sub(_without_names, clean)) if not _OFFICE.fullmatch(fold(word))]
    latin = [word for word in words if _is_latin(word)]
    others = [word for word in words if not _is_latin(word) and not word.isdigit()]
    return others if len(others) * 2 > len(latin) else latin


def _without_names(inside: re.Match[str]) -> str:
    """Return a word from inside a sentence, or nothing if it has a capital: a name or a German noun, whoever writes it."""
    word = inside[0]
    return "" if word[0].isupper() and not word.isupper() else word


def _is_latin(word: str) -> bool:
    return any("a" <= letter <= "z" or "à" <= letter <= "ɏ" for letter in word.casefold())


def _letters(words: list[str]) -> int:
    return sum(letter.isalpha() for word in words for letter in word)


def _by_letters(text: str) -> str | None:
    for code, letters, unless in _LETTERS:
        if letters.search(text) and not (unless and unless.search(text)):
            return code
    return None


def _by_words(folded: str) -> tuple[list[str], int]:
    """Return the languages of which a text shows most everyday words, and how many."""
    words = set(folded.split())
    counts = Counter({code: len(words & known) for code, known in _WORDS.items()})
    counts["ar"] += sum(bool(_ARABIC_DIGIT.fullmatch(word)) for word in words)
    most = max(counts.values())
    return [code for code, count in counts.items() if count == most > 0], most


def _by_model(text: str) -> tuple[str, float]:
    """Return the likeliest language and its probability among those the letters leave possible."""
    possible = {code: probability for code, probability in _identifier().rank(text) if _is_possible(code, text)}
    language = max(possible, key=possible.__getitem__)
    return language, possible[language] / sum(possible.values())


def _is_possible(code: str, text: str) -> bool:
    if code == "ar":
        return not _PERSIAN.search(text) or bool(_ARABIC.search(text))
    return code not in _NEEDS or bool(_NEEDS[code].search(text))


class _Transitions:
    """A table of 256 columns without what stands in a column nearly everywhere: py3langid's takes 11 MB so, else 39."""

    def __init__(self, table: "Sequence[int]") -> None:
        rows = np.asarray(table).reshape(-1, _BYTES)
        usual = np.array([np.bincount(column).argmax() for column in rows.T], rows.dtype)
        at, letters = (rows != usual).nonzero()
        self._usual = usual.tolist()
        self._letters, self._values = letters.astype(np.uint8).tobytes(), rows[at, letters].data
        self._starts = at.searchsorted(np.arange(len(rows) + 1)).tolist()

    def __getitem__(self, at: int) -> int:
        """Return what stands at a place of the table, counted row by row."""
        row, letter = divmod(at, _BYTES)
        found = self._letters.find(letter, self._starts[row], self._starts[row + 1])
        return int(self._usual[letter] if found < 0 else self._values[found])


@cache
def _identifier() -> "LanguageIdentifier":
    """Return the model, loaded at first use because that takes one to two seconds."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    full = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    full.set_languages((*LANGUAGES, *OTHERS))
    # Made anew of what is left: the full model keeps the other languages for a reset, which is 27 MB.
    return LanguageIdentifier(
        full.nb_ptc,
        full.nb_pc,
        full.nb_classes,
        _Transitions(full.tk_nextmove),
        full.tk_output,
        norm_probs=True,
        tk_row=full.tk_row,
    )
