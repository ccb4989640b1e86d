import pytest

from attendkit.model import Session
from attendkit.validate.sessions import session_words


@pytest.mark.parametrize(
    "word", ["AM", "am", "A.M.", " Am ", "Morning", "1", "M", "AM Reg", "Morning registration"]
)
def test_mornings(word: str) -> None:
    assert session_words([word], {}).half(word) is Session.AM


@pytest.mark.parametrize("word", ["PM", "pm", "P.M.", "p.m", "Afternoon", "2", "A", "P", "Roll call: PM"])
def test_afternoons(word: str) -> None:
    assert session_words([word], {}).half(word) is Session.PM


@pytest.mark.parametrize("word", ["Lunch", "", "AM/PM", "08:40", "Tutor", "Break 1st"])
def test_words_that_are_neither(word: str) -> None:
    words = session_words([word, "AM", "PM"], {})
    assert words.half(word) is None
    assert not words.is_lesson(word)


def test_a_means_afternoon_beside_m_and_morning_beside_p() -> None:
    assert session_words(["M", "A"], {}).half("A") is Session.PM
    assert session_words(["A", "P"], {}).half("A") is Session.AM


def test_one_and_two_are_sessions_until_there_is_a_third_lesson() -> None:
    assert session_words(["1", "2"], {}).half("2") is Session.PM
    longer = session_words(["1", "2", "3"], {})
    assert longer.half("2") is None
    assert longer.is_lesson("2")


@pytest.mark.parametrize("word", ["P1", "Period 3", "Lesson 5", "Mon:2", "L4", "p 6", "3", "Wed P2", "5a"])
def test_lessons(word: str) -> None:
    assert session_words([word, "AM"], {}).is_lesson(word)


def test_the_school_says_which_lessons_are_its_sessions() -> None:
    words = session_words(["P1", "P3", "P5"], {"1": Session.AM, "p5": Session.PM})
    assert [words.half(word) for word in ("P1", "P3", "P5")] == [Session.AM, None, Session.PM]
    assert words.is_lesson("P3")
