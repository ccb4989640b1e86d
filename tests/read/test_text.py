"""Which encoding a file is in is proved, and what cannot be proved is refused at its offset."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.errors import UnreadableError
from attendkit.read.text import decode

WELSH = "Adno,Surname,Mark\r\n000417,Siân Ŵyn O’Neill,/\r\n"
WESTERN = "Adno,Surname,Comment\r\n000417,Renée O’Neill,“£80” – paid\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (WELSH.encode(), "utf-8"),
        (codecs.BOM_UTF8 + WELSH.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + WELSH.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + WELSH.encode("utf-16-be"), "utf-16"),
        (WELSH.encode("utf-16-le"), "utf-16"),
        (WELSH.encode("utf-16-be"), "utf-16"),
    ],
)
def test_every_unicode_form_gives_the_same_text(data: bytes, encoding: str) -> None:
    text = decode(data)
    assert (text.body.decode(), text.encoding, text.cut, text.remarks) == (WELSH, encoding, False, ())


def test_windows_1252_has_its_own_quotes_and_pounds() -> None:
    text = decode(WESTERN.encode("cp1252"))
    assert (text.body.decode(), text.encoding) == (WESTERN, "cp1252")


def test_plain_letters_are_utf_8() -> None:
    assert decode(b"Adno,Mark\n1,/\n").encoding == "utf-8"


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_windows_1252_lacks_is_refused_at_its_offset(byte: int) -> None:
    with pytest.raises(UnreadableError, match=rf"0x{byte:02X} at offset 1,005") as caught:
        decode(b"x" * 1000 + b"a,b\n\n" + bytes([byte]) + b",\xe9\n")
    assert caught.value.reason == "not_text"
    assert "UTF-8" in caught.value.remedy


def test_one_bad_byte_among_sound_characters_is_damage_and_not_another_encoding() -> None:
    data = bytearray("Siân,Zoë,Łukasz\n".encode())
    data[-2:-1] = b"\xe9"
    with pytest.raises(UnreadableError, match="not text in UTF-8"):
        decode(bytes(data))


def test_a_lone_utf_8_pair_among_windows_1252_letters_does_not_make_it_utf_8() -> None:
    assert decode(b"Ren\xe9e,Zo\xeb,\xc3\xa9\n").encoding == "cp1252"


def test_a_marked_utf_8_file_is_never_windows_1252() -> None:
    with pytest.raises(UnreadableError, match="offset 6 is not text in UTF-8"):
        decode(codecs.BOM_UTF8 + b"Ren\xe9e,/\n")


@pytest.mark.parametrize("data", [WELSH.encode()[:29], codecs.BOM_UTF8 + WELSH.encode()[:29]])
def test_utf_8_cut_inside_a_character_is_cut_and_not_windows_1252(data: bytes) -> None:
    assert data[-1] == 0xC3
    more = decode(WELSH.encode() + data.removeprefix(codecs.BOM_UTF8))
    assert (more.cut, more.encoding) == (True, "utf-8")
    assert more.body.endswith(b"000417,Si")
    assert "inside a character" in more.remarks[0]


def test_windows_1252_may_end_in_an_accent() -> None:
    text = decode(b"Surname,Forename\nNeill,Andr\xe9")
    assert (text.body.decode()[-5:], text.encoding, text.cut) == ("André", "cp1252", False)


def test_utf_16_cut_inside_a_character_is_cut() -> None:
    assert decode(WELSH.encode("utf-16")[:-1]).cut
    assert not decode(WELSH.encode("utf-16")).cut


def test_utf_16_with_half_a_pair_is_refused() -> None:
    with pytest.raises(UnreadableError, match="not text in UTF-16"):
        decode(codecs.BOM_UTF16_LE + b"a\0\x00\xdcb\0c\0d\0")


def test_a_file_half_of_nuls_is_not_utf_16_unless_they_alternate() -> None:
    assert decode(b"Adno,Mark\n" + b"\0" * 40).body == b"Adno,Mark\n"


def test_nuls_are_removed_and_counted() -> None:
    text = decode(b"Adno,Mark\n00\x000417,/\n000418,\0\0\\\n")
    assert text.body == b"Adno,Mark\n000417,/\n000418,\\\n"
    assert text.remarks == ("3 NUL characters were removed.",)


@pytest.mark.parametrize("end", ["\x1a", "\x1a\r\n", "\x1a\x1a"])
def test_an_end_of_file_mark_at_the_end_is_dropped(end: str) -> None:
    text = decode(f"Adno,Mark\r\n1,/\r\n{end}".encode())
    assert text.body == b"Adno,Mark\r\n1,/\r\n"
    assert "Ctrl-Z" in text.remarks[0]


def test_an_end_of_file_mark_inside_a_file_stays() -> None:
    assert decode(b"Adno,Mark\r\n1,\x1a\r\n2,/\r\n").body.count(b"\x1a") == 1


def test_every_tenth_letter_being_a_control_is_no_text() -> None:
    assert decode(b"Adno,Mark,\x01" + b"Adno,Mark," * 9).encoding == "utf-8"
    with pytest.raises(UnreadableError, match="not text"):
        decode(b"Adno,Mark,\x01" * 9)


def test_a_stray_control_character_is_text_and_a_page_of_them_is_not() -> None:
    assert decode(b"Adno,Mark\r\n1,/\x07\r\n" + b"2,/\r\n" * 20).body.count(b"\x07") == 1
    with pytest.raises(UnreadableError, match="not text"):
        decode(b"Adno,Mark\r\n\x01\x02\x03\x04\x05\x06\x07\r\n")


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0\x1a", exclude_categories=["Cs", "Cc"]), min_size=1))
def test_what_was_written_in_utf_8_is_read_back(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode()).body.decode() == text
