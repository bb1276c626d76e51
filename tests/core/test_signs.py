"""Negations, modal verbs, numbers and dates, found by their words."""

from collections import Counter

import pytest

from bot.core.signs import dates, known, modal, negated, numbers


@pytest.mark.parametrize(
    ("language", "denied", "said"),
    [
        ("de", "Sie dürfen noch nicht arbeiten.", "Sie dürfen jetzt arbeiten."),
        ("de", "Ich habe keinen Pass.", "Ich habe meinen Pass dabei."),
        ("en", "You can't work yet.", "Pay no later than Friday."),
        ("ar", "ليس عندي وقت.", "لا يزال عندي وقت."),
        ("uk", "Вам ще не можна працювати.", "Вам можна працювати."),
        ("ru", "Вам нельзя работать.", "Вам можно работать."),
        ("tr", "Henüz çalışamazsınız.", "Hemen çalışabilirsiniz, doktora gitmeden önce."),
        ("tr", "Sözleşmeyi imzalamayın.", "Tamam, firmadan mektup geldi."),
        ("fa", "هنوز اجازه ندارید کار کنید.", "نامه و نام شما نزد ماست."),
        ("pl", "Nikt nie wie.", "Niemcy są w Europie."),
        ("ro", "Nu am primit nimic.", "Numele meu este scris aici."),
        ("bg", "Нямам договор.", "Немски език и нива."),
        ("ku", "Ez vê biryarê fêm nakim.", "Navnîşan û name li nexweşxaneyê."),
        ("fr", "Je ne sais plus.", "Nous sommes 5 personnes, en plus du bébé."),
    ],
)
def test_a_negation_is_told_from_words_that_look_like_one(language: str, denied: str, said: str) -> None:
    assert negated(denied, language)
    assert not negated(said, language)


@pytest.mark.parametrize(
    ("language", "modal_verb", "none"),
    [
        ("de", "Muss ich das bezahlen?", "Ich bezahle das."),
        ("en", "You do not have to pay.", "The appointment is on 3 May."),
        ("ar", "هل يمكنني الدفع غدا؟", "أدفع غدا."),
        ("uk", "Чи можу я прийти завтра?", "Я прийду завтра."),
        ("ru", "Вы не обязаны платить.", "Справка стоит 10 евро."),
        ("tr", "Yarın gelebilir miyim?", "Yarın geliyorum."),
        ("fa", "باید صبر کنید.", "خواهرم آنجاست."),
        ("pl", "Nie muszą Państwo czekać.", "Czekają Państwo tutaj."),
        ("ro", "Trebuie să plătiți.", "Plătiți aici."),
        ("bg", "Не бива да чакате.", "Чакате тук."),
        ("ku", "Divê hûn bisekinin.", "Hûn li vir in."),
        ("fr", "Vous pouvez venir demain.", "Vous venez demain."),
    ],
)
def test_a_modal_verb_is_found(language: str, modal_verb: str, none: str) -> None:
    assert modal(modal_verb, language)
    assert not modal(none, language)


def test_numbers_are_the_same_whatever_separates_and_writes_their_digits() -> None:
    assert numbers("49,90 Euro um 9:30") == numbers("€49.90 at 9:30") == numbers("٤٩.٩٠ ٩:٣٠") == Counter(["4990", "930"])
    assert numbers("2 Kinder, 2 Betten") == Counter({"2": 2})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "am 3. Mai"),
        ("en", "on May 3"),
        ("en", "on the 3rd of May"),
        ("ar", "في ٣ مايو"),
        ("uk", "3 травня"),
        ("ru", "3 мая"),
        ("tr", "3 Mayıs'ta"),
        ("fa", "۳ مه"),
        ("pl", "3 maja"),
        ("ro", "pe 3 mai"),
        ("bg", "на 3 май"),
        ("ku", "di 3 Gulanê de"),
        ("fr", "le 3 mai"),
    ],
)
def test_a_date_is_the_same_day_in_every_language(language: str, text: str) -> None:
    assert dates(text, language) == Counter(["5-3"])


def test_a_month_alone_is_no_date() -> None:
    assert not dates("I may come in May.", "en")


def test_a_language_without_lists_is_not_judged() -> None:
    assert not known("es")
    assert not negated("No puedo.", "es")
    assert not modal("No puedo.", "es")
    assert not dates("3 de mayo", "es")
