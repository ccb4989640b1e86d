"""Bytes to text: which encoding a file is in, proved where it can be and never detected by likelihood.

Detectors take Windows-1252 for something else as often as not. The order here needs none: a byte order mark,
NULs at every second byte, strict UTF-8, and then Windows-1252, which is what older school systems write.
"""

import codecs
import re
from dataclasses import dataclass, field

import polars as pl
from polars.exceptions import PolarsError

from attendkit.errors import UnreadableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f]")
_LOOKED_AT = 4096
_SAVE_AS_UTF8 = "Export it again, or open it in Excel and save it as CSV UTF-8."


@dataclass(frozen=True)
class Text:
    """A text file in UTF-8, whatever it was in.

    `body` has no byte order mark, no NULs and no Ctrl-Z at its end. Bytes, because a school year of marks is
    searched and cut in a third of the time that it takes as Python text.
    `encoding` is utf-8-sig, utf-8, utf-16 or cp1252. `cut` is true when the file stops inside a character.
    """

    body: bytes
    encoding: str
    cut: bool = False
    remarks: tuple[str, ...] = field(default=())


def decode(data: bytes) -> Text:
    """The text of a file, without its byte order mark, its NULs and the Ctrl-Z of old systems.

    Raises:
        UnreadableError: `not_text`, naming the offset of the byte that is not in the file's encoding.
    """
    encoding, body, cut = _decoded(data)
    remarks = ["The file stops inside a character."] if cut else []
    if b"\0" in body:  # looking for one is much faster than counting
        nuls = body.count(b"\0")
        body = body.replace(b"\0", b"")
        remarks.append(f"{nuls:,} NUL characters were removed.")
    if b"\x1a" in body and (end := body.find(b"\x1a", len(body.rstrip(b"\x1a\r\n\t ")))) >= 0:
        body = body[:end]
        remarks.append("An end-of-file mark (Ctrl-Z) at the end of the file was dropped.")
    head = body[: 16 * _LOOKED_AT]
    if len(_CONTROL.findall(head)) * 50 > len(head):
        raise UnreadableError(
            "The file is not text.", reason="not_text", remedy="Export the register as CSV or .xlsx."
        )
    return Text(body, encoding, cut, tuple(remarks))


def _decoded(data: bytes) -> tuple[str, bytes, bool]:
    """Encoding, the text in UTF-8, and whether the last character was cut."""
    for mark, encoding, codec in _MARKS:
        if data.startswith(mark):
            return encoding, *_strict(data, codec, len(mark))
    if wide := _two_byte_order(data[:_LOOKED_AT]):
        return "utf-16", *_strict(data, wide, 0)
    if _is_utf8(data):
        return "utf-8", data, False
    encoding = "utf-8" if _is_utf8_damaged(data) else "cp1252"
    return encoding, *_strict(data, encoding, 0)


def _is_utf8(data: bytes) -> bool:
    try:
        pl.Series([data]).cast(pl.String)  # Polars sees it in a tenth of the time that Python takes
    except PolarsError:
        return False
    return True


def _two_byte_order(head: bytes) -> str:
    """The order of UTF-16 without a mark: plain letters leave a NUL in every second byte."""
    pairs = len(head) // 2
    first, second = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if second > 0.4 * pairs and first < 0.1 * pairs:
        return "utf-16-le"
    if first > 0.4 * pairs and second < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _is_utf8_damaged(data: bytes) -> bool:
    """Whether a file that is not UTF-8 was meant to be, so that reading it as Windows-1252 would garble it.

    Accented letters of Windows-1252 stand alone between plain ones and hardly ever form a UTF-8 character:
    one bad byte among several sound characters is damage, not another encoding.
    """
    sound = len(_UTF8_CHARACTER.findall(data))
    if _stops_short(data):
        return sound > 0
    strays = len(_UTF8_CHARACTER.sub(b"", data).translate(None, bytes(range(128))))
    return sound > strays


def _stops_short(data: bytes) -> bool:
    """Whether the first fault of a UTF-8 file is that it stops inside a character."""
    try:
        data.decode()
    except UnicodeDecodeError as fault:
        return fault.reason == "unexpected end of data"
    return False


def _strict(data: bytes, codec: str, start: int) -> tuple[bytes, bool]:
    """The text from an offset in UTF-8, and whether its last character was cut off."""
    if codec == "utf-8" and _is_utf8(data):
        return data[start:], False
    try:
        return str(memoryview(data)[start:], codec).encode(), False
    except UnicodeDecodeError as fault:
        at = start + fault.start
        if fault.reason in {"unexpected end of data", "truncated data"} and len(data) - at < 4:
            return data[start:at].decode(codec).encode(), True
        name = {"cp1252": "UTF-8 or in Windows-1252", "utf-8": "UTF-8"}.get(codec, "UTF-16")
        raise UnreadableError(
            f"Byte 0x{data[at]:02X} at offset {at:,} is not text in {name}.",
            reason="not_text",
            remedy=_SAVE_AS_UTF8,
        ) from fault
