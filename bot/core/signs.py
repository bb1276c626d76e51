"""What must not change its meaning in a translation, found by its words: negations, modal verbs, numbers and dates.

Lists for twelve languages, drafted by the project. They are for counting, not for understanding: a word that usually negates
counts as a negation.
"""

import re
from collections import Counter
from collections.abc import Mapping

from bot.core.segments import plain_digits


def _compiled(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {language: re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE) for language, pattern in words.items()}


_NEGATIONS = _compiled(
    {
        "de": r"(?:nichts?|kein\w*|nie|niemals|niemand\w*|nirgend\w*|weder|ohne)\b",
        "en": r"(?:not|cannot|no(?! later)|none|nobody|nothing|never|nowhere|neither|nor|without)\b|\w+n['’]t\b",
        # Not: "still", which is made of a negation.
        "ar": r"[وف]?(?:لا(?! [يتأن]?زا?ل)|لم|لن|ألا|ليس\w*|لس[تن]\w*|عدم|غير|بدون|دون|بلا)\b",
        "uk": r"(?:не|ні|ні(?:хто|кого|кому|ким|що|чого|чим|коли|де|куди)|жод\w+|немає|нема|без|неможлив\w*)\b",
        "ru": r"(?:не|ни|нет|ни(?:кто|кого|кому|кем|что|чего|чем|когда|где|куда)|никак\w*|без|нельзя|невозможн\w*)\b",
        "tr": (
            r"(?:değil\w*|yok(?!sa)\w*|hayır|asla|hiç(?:bir)?|kimse\w*|imkansız)\b|\w+m[ıiuü]yor\w*"
            r"|(?!tamam|firma|mahkeme)\w{2,}m[ae](?:z|d[ıi]|m[ıi]ş|m[ae][kl]|y(?:[ae]c[ae][kğ]|[ıi]n|[ae]n|[ıi]z)"
            r"|d[ae]n\b(?! önce)|m\b)"
        ),
        "fa": (
            r"نمی|نیست|ندار|نداشت|نباید|نکن|نکرد|نشد|نشو|نبود|نباش|نخواه|نده|نداد|نگرفت|نگیر|نرو(?!ژ)|نرفت|نرسید|نیا[یم]"
            r"|نینداز|نتوانست|نفهمید|نگو|نگفت|نخور|ننویس|نپرداز|هیچ|(?:نه|هرگز|بدون|غیر)\b"
        ),
        "pl": r"(?:nie|nikt|nikogo|nikomu|nikim|nic|niczego|niczym|nigdy|nigdzie|żad\w+|bez|brak|ani|niemożliw\w*)\b",
        "ro": r"(?:nu|nimeni|nimănui|nimic|nici|nicio\w*|niciun\w*|nicăieri|fără)\b|n-",
        "bg": r"(?:не|ни(?:то|кой|кого|кому|що|кога|къде)|никак\w*|ням\w+|без|недей\w*|невъзможн\w*)\b",
        # Verbs take na- or ne-, but so do letter, name, address, ill and recognise.
        "ku": r"(?:ne|tune\w*|bêyî|qet|nikar\w*|nizan\w*|na(?![vmsn])\w{2,}|ne(?!xweş|rm|tew|w)\w{2,})\b",
        "fr": (
            r"(?:pas|jamais|rien|aucune?|sans|ni|non)\b|n(?:e\b|['’])(?=.*\b(?:plus|personne)\b)|personne(?=.*\bn(?:e\b|['’]))"
        ),
    }
)
_MODALS = _compiled(
    {
        "de": r"(?:m[uü]ss\w*|darf\w*|d[uü]rf\w*|kann|kannst|k[oö]nn\w*|konnte\w*|soll\w*|will|willst|woll\w*|möcht\w*)\b",
        "en": (
            r"(?:must|ha(?:ve|s|d) to|need(?:s|ed)? to|can|cannot|could|(?<!\d )may|might|shall|should|ought|allowed|permitted"
            r"|able|obliged|required|supposed|wants?|wanted|would (?:\w+ )?like)\b|(?:ca|must|need|could|should)n['’]t"
        ),
        "ar": (
            r"[وفس]?(?:يجب|الواجب|علي(?:كم|ك|نا|ه|ها|هم)\b|[يت]مكن|ممكن|بإمكان|[أنتي]ستط|قادر|[أنتي]قدر|[يت]سمح|مسموح|يجوز"
            r"|ينبغي|بد\b|[أنتي]ريد|[أنتي]ود\b|مضطر|يتعين|يلزم|يحق)"
        ),
        "uk": (
            r"повин|мус|мож(?:у|е|на|ли)|міг\b|могл|слід\b|треба|потрібно|варто|хоч|хоті|дозволен|дозволя|зобов"
            r"|ма(?:ю|є|ємо|єте|ють)(?: \w+)? \w+ти\b"
        ),
        "ru": (
            r"долж|обязан|мо(?:гу|же|гл?|жно)|нельзя|надо\b|нужно|следует|хо(?:чу|че|ти|тя|те)|смо(?:гу|же)|разреш[аи]|разрешено"
            r"|при(?:дётся|дется|ходится)"
        ),
        "tr": (
            r"(?:zorunda|gerek|lazım|ist(?:e|iyor)|mecbur|izin|yasak)|\w+m[ae]l[ıi](?:y|s|d|\b)|\w+[ae]bil|\w+[ae]m[ae](?:z|d|m|y)"
            r"|\w+[ae]m[ıiuü]yor"
        ),
        "fa": r"(?:باید|نباید|لازم|مجبور|اجازه|مجاز|ممکن)|ن?(?:می)?[\u200c ]?ب?توان|ن?(?:می)?[\u200c ]?ب?خواه(?!ر)",
        "pl": r"mus|mog|moż|móc\b|móg|wolno|powin|należy|trzeba|chc|ma(?:m|ją|my|cie)?(?: \w+){0,2} \w+[ćc]\b",
        "ro": r"trebu|(?:pot|po[tț]i|poat[eă]|putem|pute[tț]i|putut|putea|voie|vre\w+|vor|obligat\w*|nevoi[tț]\w*)\b|dori|dore",
        "bg": r"тряб|мо(?:га|же|жа|гл)|бива|иска|длъж|нужно|позволен|следва\b",
        "ku": r"div[êi]|dikar|nikar|karîb|bikar(?!an)|[db]ixwaz|naxwaz|xwest|hewce|lazim|pêwîst|destûr|mecbûr|gerek",
        "fr": (
            r"(?:doi[st]|doivent|dev(?:ez|ons|ait|r\w+)|dû|peu[xt]|peuvent|pouv\w+|pu|puis|pourr\w+|veu[xt]|veulent|voul\w+|voudr\w+"
            r"|souhait\w+|droit|obligé\w*|faut|besoin d|permis|autorisé\w*)"
        ),
    }
)
_MONTHS = {
    "de": "januar|jänner februar märz april mai juni juli august september oktober november dezember",
    "en": "january february march april may june july august september october november december",
    "ar": "يناير فبراير مارس أبريل|إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "uk": "січ лют берез квіт трав черв лип серп верес жовт листопад груд",
    "ru": "январ феврал март апрел ма[йя] июн июл август сентябр октябр ноябр декабр",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "fa": "ژانویه فوریه مارس آوریل مه|می ژوئن ژوئیه|جولای اوت|آگوست سپتامبر اکتبر نوامبر دسامبر",
    "pl": "stycz lut mar kwie maj czerw lip sierp wrze paździer listopad grud",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "ku": "çile sibat|şibat adar nîsan gulan hezîran tîrmeh tebax îlon cotmeh mijdar kanûn",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WRITTEN_DAY = {
    language: [
        re.compile(rf"\b(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er)? ?(?:of |de |ê )?(?:{month})", re.IGNORECASE)
        for month in months.split()
    ]
    for language, months in _MONTHS.items()
}
_MONTH_FIRST = [re.compile(rf"\b{month} (?P<day>\d{{1,2}})\b", re.IGNORECASE) for month in _MONTHS["en"].split()]


def known(language: str) -> bool:
    """Tell whether there are word lists of a language."""
    return language in _NEGATIONS


def negated(text: str, language: str) -> bool:
    """Tell whether a text denies something."""
    return language in _NEGATIONS and _NEGATIONS[language].search(text) is not None


def modal(text: str, language: str) -> bool:
    """Tell whether a text says that somebody must, may, can, should or wants."""
    return language in _MODALS and _MODALS[language].search(text) is not None


def numbers(text: str, language: str = "") -> Counter[str]:
    """Return the numbers of a text without separators, which languages set differently ("49,90" and "49.90" are the same).

    They are read alike in every language.
    """
    return Counter(re.sub(r"\D", "", found) for found in _NUMBER.findall(plain_digits(text)))


def dates(text: str, language: str) -> Counter[str]:
    """Return the days of a text that are written with the name of a month, as month-day."""
    text = plain_digits(text)
    patterns = [*enumerate(_WRITTEN_DAY.get(language, ()), 1), *(enumerate(_MONTH_FIRST, 1) if language == "en" else ())]
    return Counter(f"{month}-{int(found['day'])}" for month, pattern in patterns for found in pattern.finditer(text))
