"""The language of a message is recognised where it is clear; where it is not, the writer's own stays."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.core.detection import OTHERS, _identifier, _Transitions, clear_switch, detect
from bot.core.language import LANGUAGES

MESSAGES = {
    "de": ["ich suche eine wohnung für meine familie", "wann hat das rathaus offen?", "was muss ich zum termin mitbringen"],
    "ar": ["وين بقدر اتعلم الماني ببلاش", "عندي موعد بكرا وما بعرف كيف روح", "شلونچ خالة، وين اكدر احچي ويه احد"],
    "uk": ["Підкажіть, будь ласка, де можна вивчати німецьку", "мені не прийшли гроші за цей місяць", "Ну привіт"],
    "ru": ["подскажите где найти бесплатного юриста", "мне не пришли деньги за этот месяц", "ребёнок заболел, куда ехать"],
    "tr": ["çocuğum için okul arıyorum", "bu ay param yatmadi ne yapmam lazim", "nerede almanca ogrenebilirim"],
    "fa": ["کجا می‌توانم زبان آلمانی یاد بگیرم", "این ماه پولم نیامده چه کار کنم", "نامه از جاب سنتر آمده"],
    "en": ["where can i learn german for free", "my money did not come this month", "i need somebody who translates"],
    "pl": ["gdzie mogę uczyć się niemieckiego za darmo", "nie dostalam pieniedzy w tym miesiacu", "szukam pracy na magazynie"],
    "ro": ["unde pot învăța germana gratuit", "nu au venit banii luna asta ce fac", "caut un traducător pentru mâine"],
    "bg": ["къде мога да уча немски безплатно", "не ми дойдоха парите този месец", "трябва ми преводач за утре"],
    "ku": ["ez dixwazim almanî hîn bibim", "vê mehê pere ji min re nehat", "ez dıxwazım kar bıkım lı vır"],
    "fr": ["où est-ce que je peux apprendre l'allemand", "largent de ce mois est pas arrive", "j'ai besoin d'un traducteur"],
}
ROMANISED = {
    "ar": ["kif fini sajjel ibni bel madrase", "biddi e7ki ma3 7ada", "wen mafi dawam lyom"],
    "fa": ["mikham zaban yad begiram koja beram", "baraye kar chetor mishe eghdam kard"],
    "uk": ["meni treba dopomoha z lystom", "skilky koshtuye, yak zapysatys"],
    "ru": ["mne nuzhno k vrachu, kuda idti", "skolko zhdat i gde uznat"],
    "bg": ["iskam da znam kolko struva", "kakvo tryabva da napravq"],
}
WITH_GERMAN = {
    "tr": "Anmeldung için Termin almak istiyorum ama Bürgerbüro kapalı",
    "uk": "чи потрібна Anmeldung для Kita та Kindergeld",
    "ar": "بدي Termin بالـ Ausländerbehörde مشان Aufenthaltstitel",
    "pl": "czy jobcenter zapłaci kaution za nowe mieszkanie bez wbs",
    "ro": "am primit Bescheid de la Familienkasse și nu înțeleg nimic",
    "fr": "le Vermieter demande une Schufa et un WBS, c'est normal",
    "ku": "min Brief ji Jobcenter girt lê ez Frist fêm nakim",
    "en": "do i need an Anmeldung before the Kita gives me a Platz",
}
NOT_OURS = {
    "ti": "ናይ ስራሕ ፍቓድ ከመይ እረክብ",
    "ckb": "من دەمەوێت کار بکەم لێرە",
    "ps": "زه غواړم چې المانی زده کړم",
    "ur": "مجھے گھر کے بارے میں معلومات چاہیے",
    "so": "Waxaan u baahanahay caawimaad ku saabsan guriga",
    "sq": "Ku mund të shkoj për të mësuar gjermanisht",
    "es": "Necesito ayuda para encontrar un piso por favor",
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(code, text) for code, texts in table.items() for text in texts]


@pytest.mark.parametrize(("code", "text"), pairs(MESSAGES))
def test_a_message_in_one_of_our_languages_is_recognised_whatever_was_chosen(code: str, text: str) -> None:
    assert detect(text) == detect(text, code) == code


@pytest.mark.parametrize(("code", "text"), pairs(ROMANISED))
def test_a_language_in_latin_letters_is_recognised_by_its_everyday_words(code: str, text: str) -> None:
    assert detect(text) == detect(text, "de") == code


@pytest.mark.parametrize(("code", "text"), WITH_GERMAN.items())
def test_german_office_words_do_not_make_a_message_german(code: str, text: str) -> None:
    assert detect(text) == detect(text, code) == code
    assert clear_switch(text, code) is None


@pytest.mark.parametrize(("code", "text"), NOT_OURS.items())
def test_a_language_we_do_not_speak_is_named_but_never_offered(code: str, text: str) -> None:
    assert detect(text) == detect(text, "de") == code
    assert clear_switch(text, "de") is None


@pytest.mark.parametrize(
    "text", ["Jobcenter Termin", "Kita Anmeldung WBS", "Führerschein umschreiben", "Zuständigkeitsfinder Frist"]
)
def test_german_office_words_alone_say_nothing(text: str) -> None:
    assert detect(text) is None
    assert detect(text, "tr") == "tr"


@pytest.mark.parametrize(
    "text", ["", "ok", "Hi", "2027", "12.05. 14:00", "👍👍", "ya", "kurs?", "https://example.org/was-ist-das"]
)
def test_too_little_leaves_the_writers_own_language(text: str) -> None:
    assert detect(text) is None
    assert [detect(text, code) for code in LANGUAGES] == list(LANGUAGES)


@pytest.mark.parametrize("text", ["chto z dopomohoyu", "da li imate kurs", "hto platyt za likarya"])
def test_romanised_words_of_doubtful_origin_are_asked_about_and_not_guessed(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", ["ich suche eine wohnung für meine frau Yıldız", "der Brief ist von Herrn Wałęsa aus Łódź"])
def test_a_name_does_not_decide(text: str) -> None:
    assert detect(text) == "de"


@pytest.mark.parametrize(("code", "text"), [(code, texts[0]) for code, texts in MESSAGES.items()])
def test_a_plain_message_in_another_of_our_languages_is_a_reason_to_offer_it(code: str, text: str) -> None:
    assert {clear_switch(text, chosen) for chosen in LANGUAGES if chosen != code} == {code}


@pytest.mark.parametrize(("code", "text"), pairs(MESSAGES))
def test_no_language_is_offered_but_the_one_that_is_written(code: str, text: str) -> None:
    assert clear_switch(text, code) is None
    assert {clear_switch(text, chosen) for chosen in LANGUAGES} <= {code, None}


@pytest.mark.parametrize("text", ["Ну привіт", "danke schön", "thank you", "нет"])
def test_a_word_or_two_are_no_reason_to_offer_another_language(text: str) -> None:
    assert clear_switch(text, "tr") is None


@given(st.text(), st.sampled_from(["de", "uk", None]))
def test_whatever_is_typed_gives_a_language_or_none(text: str, prior: str | None) -> None:
    assert detect(text, prior) in {prior, *LANGUAGES, *OTHERS, "ti", "ckb"}


@given(st.lists(st.lists(st.integers(0, 70_000), min_size=256, max_size=256), min_size=1, max_size=5), st.data())
def test_a_table_kept_without_what_is_usual_still_says_what_it_said(rows: list[list[int]], data: st.DataObject) -> None:
    table = [number for row in rows for number in row]
    at = data.draw(st.integers(0, len(table) - 1))

    assert _Transitions(array("I", table))[at] == table[at]


def test_languages_are_told_apart_as_with_the_whole_table() -> None:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages((*LANGUAGES, *OTHERS))

    for text in (text for texts in MESSAGES.values() for text in texts):
        assert _identifier().rank(text) == whole.rank(text)
