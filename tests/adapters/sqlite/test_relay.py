"""The rows of the staff's groups: what a topic shows belongs to the contact, the topic itself to nobody."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sqlite import NoKey, SqliteStore
from bot.core.messages import OutboundMessage
from bot.services.ports import Alert, HistoryLine, Note, Posted, Source, Topic
from tests.adapters.sqlite.people import NOW, amina, case_of, everything_on_disk, heard, oksana, wrote

GROUP, OTHER = -1001, -1002
TOPIC = Topic("case-1", GROUP, 17, "🔔 #1 · Wohnen · Arabisch")
CARD = Posted("card", (501, 502), "digest")


@pytest.fixture(autouse=True)
def case(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.add_case(case_of(amina(tx)))


def test_a_topic_is_found_by_its_case_and_by_its_number_in_the_group(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_topic(TOPIC)
        assert tx.topic("case-1", GROUP) == tx.topic_at(GROUP, 17) == TOPIC
        assert tx.topic("case-1", OTHER) is tx.topic_at(OTHER, 17) is None


def test_what_was_posted_goes_with_the_topic_and_what_advisors_wrote_is_remembered(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_topic(TOPIC)
        for posted in (CARD, Posted("alert", (9,), "")):
            tx.put_posted("case-1", GROUP, posted)
        tx.add_source(Source(GROUP, 600, 17), "case-1", "line:3")
        assert tx.posted("case-1", GROUP) == {"card": CARD, "alert": Posted("alert", (9,), "")}
        tx.drop_topic(TOPIC)
        assert set(tx.posted("case-1", GROUP)) == {"alert"}, "an alert is no part of the topic"
        assert tx.source(GROUP, 600) == ("case-1", "line:3")
        assert tx.sources("case-1", GROUP, 17) == {"line:3": 600}
        assert tx.sources("case-1", GROUP, 18) == {}
        assert tx.alerts() == [Alert("case-1", GROUP, (9,))]


def test_who_is_erased_leaves_a_topic_to_be_deleted_and_nothing_else(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        tx.put_topic(TOPIC)
        tx.put_posted("case-1", GROUP, Posted("card", (501,), "secret-digest"))
        tx.add_source(Source(GROUP, 600, 17), "case-1", "line:3")
    assert b"secret-digest" not in everything_on_disk(directory)
    with store.transaction() as tx:
        assert tx.orphaned_topics(GROUP) == []
        tx.erase(amina(tx).contact_id)
        assert tx.orphaned_topics(GROUP) == [TOPIC]
        assert tx.posted("case-1", GROUP) == {}
        assert tx.source(GROUP, 600) is None
        tx.put_posted("case-1", GROUP, CARD)  # it was on its way
        with pytest.raises(NoKey):
            tx.add_source(Source(GROUP, 601, 17), "case-1", "line:4")
        tx.drop_topic(TOPIC)
        assert tx.orphaned_topics(GROUP) == []


def test_a_case_is_looked_at_while_it_is_open_or_its_topic_is_and_longer_where_it_might_be_taken_back(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.add_case(case_of(oksana(tx), 2, agency="awo"))
        assert list(tx.case_marks(GROUP, ["caritas"])) == ["case-1"]
        assert list(tx.case_marks(GROUP, ["caritas", "awo"])) == ["case-1", "case-2"]
        tx.put_topic(Topic("case-2", GROUP, 18, "↪️"))
        assert list(tx.case_marks(GROUP, ["caritas"])) == ["case-1", "case-2"]
        tx.put_topic(Topic("case-2", GROUP, 18, "↪️", closed=True))
        assert list(tx.case_marks(GROUP, ["caritas"])) == ["case-1", "case-2"]
        tx.update_case(replace(case_of(oksana(tx), 2, agency="awo"), status="closed"))
        assert list(tx.case_marks(GROUP, ["caritas", "awo"])) == ["case-1"]


def test_a_cases_mark_changes_with_everything_a_topic_shows(store: SqliteStore) -> None:
    marks = []
    with store.transaction() as tx:
        person = amina(tx)

        def look() -> None:
            marks.append(tx.case_marks(GROUP, ["caritas"])["case-1"])

        look()
        heard(tx, wrote("Hallo"), person.id, "case-1", NOW)
        look()
        n = tx.say(OutboundMessage("Tag", "de", "advisor"), person.id, NOW, "case-1", "beate")
        look()
        tx.mark_outbox(n, "sent", platform_ids=("7",))
        look()
        tx.reword(n, OutboundMessage("Tak", "de", "advisor"))
        look()
        tx.add_note(Note("case-1", "beate", NOW, "Notiz"))
        look()
        tx.add_history(HistoryLine("case-1", NOW, "claimed", "beate"))
        look()
        found = tx.case("case-1")
        assert found is not None
        tx.update_case(found)
        look()
    assert len(set(marks)) == len(marks)


def test_other_words_go_out_as_an_edit_of_what_was_sent(store: SqliteStore) -> None:
    with store.transaction() as tx:
        person = amina(tx)
        n = tx.say(OutboundMessage("Am Dienstag", "de", "advisor"), person.id, NOW, "case-1", "beate")
        tx.mark_outbox(n, "sending")
        tx.mark_outbox(n, "sent", platform_ids=("7", "8"))
        tx.reword(n, OutboundMessage("Am Mittwoch", "de", "advisor"))
        (item,) = tx.due_outbox("telegram", NOW)
        assert (item.n, item.message.text, item.sent_as, item.attempts) == (n, "Am Mittwoch", ("7", "8"), 0)
        tx.mark_outbox(n, "queued", error="502")
        assert tx.due_outbox("telegram", NOW)[0].sent_as == ("7", "8"), "trouble does not forget what is to be edited"
        (line,) = tx.transcript(person.id)
        assert (line.text, line.edited) == ("Am Mittwoch", True)


def test_who_reads_on_the_web_finds_the_other_words_there(store: SqliteStore) -> None:
    with store.transaction() as tx:
        person = oksana(tx)
        n = tx.say(OutboundMessage("Am Dienstag", "de", "advisor"), person.id, NOW)
        tx.reword(n, OutboundMessage("Am Mittwoch", "de", "advisor"))
        (line,) = tx.transcript(person.id)
        assert (line.text, line.delivery) == ("Am Mittwoch", "sent")
        tx.reword(n + 1, OutboundMessage("Für niemanden", "de"))
