"""A flow's texts have keys by place; a session knows its way back through calls."""

from bot.core.flows import FlowSession, Frame, Step
from tests.core.examples import flow


def test_a_text_is_named_by_flow_step_and_part() -> None:
    housing = flow("housing", Step("what"))
    assert [housing.key("what"), housing.key("what", "deposit"), housing.key("what", "?")] == [
        "housing.what",
        "housing.what.deposit",
        "housing.what.?",
    ]


def test_the_innermost_frame_is_where_the_session_stands() -> None:
    outer, inner = Frame("housing", "1", "what"), Frame("helped", "1", "question")
    assert FlowSession((outer, inner)).frame == inner
