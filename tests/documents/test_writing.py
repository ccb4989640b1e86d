import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.documents.drawn import report, view

from attendkit.documents import FORMATS, write
from attendkit.errors import BadArgumentError

ROOT = Path(__file__).parents[2]

DIGESTS = """
import hashlib, io, pathlib, sys
from attendkit.documents import FORMATS, write
from tests.documents.drawn import EVIL, bad_mark, report, view
drawn = report(pupil=range(len(EVIL)), found=True, notes=["A note."], problems=[bad_mark(5)])
for name in FORMATS:
    (path,) = write(drawn, view(), name, pathlib.Path(sys.argv[1]) / name, io.StringIO())
    print(name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def digests(folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_the_same_report_is_the_same_bytes_anywhere(tmp_path: Path) -> None:
    here = digests(
        tmp_path / "a", TZ="Europe/London", LC_ALL="C.UTF-8", PYTHONHASHSEED="1", POLARS_MAX_THREADS="1"
    )
    there = digests(tmp_path / "b", TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="2", COLUMNS="133")
    assert here == there
    assert len(here.splitlines()) == len(FORMATS)


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_what_is_for_the_screen_goes_to_stdout(form: str) -> None:
    out = io.StringIO()
    assert write(report(), view(), form, None, out, 100) == ()
    assert "Bo" in out.getvalue()
    assert not out.getvalue().startswith("\ufeff")


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_says_nothing_on_stdout(form: str, tmp_path: Path) -> None:
    out = io.StringIO()
    path = tmp_path / "absences"
    assert write(report(), view(), form, path, out) == (path,)
    assert out.getvalue() == ""
    assert path.stat().st_size > 200


def test_json_on_stdout_is_utf_8_whatever_the_console_speaks() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="cp1252", newline="\r\n")
    write(report(pupil=[7]), view(), "json", None, out)
    assert b"\r" not in raw.getvalue()
    assert json.loads(raw.getvalue())["rows"][0]["pupil"]["surname"] == "王"


@pytest.mark.parametrize("form", ["xlsx", "html", "pdf", "docx"])
def test_what_is_no_text_needs_a_file(form: str) -> None:
    with pytest.raises(BadArgumentError, match="is for a file") as caught:
        write(report(), view(), form, None, io.StringIO())
    assert "--out" in caught.value.remedy


def test_a_format_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadArgumentError, match="no format 'doc'"):
        write(report(), view(), "doc", None, io.StringIO())
