import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from attendkit.documents.templates import page, shipped
from attendkit.errors import BadArgumentError

ROOT = Path(__file__).parents[2]


def written(school: Path, name: str, text: str) -> Path:
    file = school / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return school


def test_a_checkout_reads_the_templates_at_its_root() -> None:
    assert Path(str(shipped())) == ROOT / "templates"


def test_a_schools_own_template_comes_first_and_may_build_on_ours(tmp_path: Path) -> None:
    own = '{% extends "reports/layout.html" %}{% block main %}Ours: {{ title }}{% endblock %}'
    school = written(tmp_path, "reports/report.html", own)
    values = dict.fromkeys(("above", "counts", "grids", "notes", "problems", "rules", "under"), "")
    text = page(["reports/report.html"], {**values, "title": "A & B", "digest": "ab"}, school)
    assert "Ours: A &amp; B" in text
    assert "<footer>" in text


def test_the_first_template_that_there_is_is_taken(tmp_path: Path) -> None:
    school = written(tmp_path, "reports/b.html", "b")
    assert page(["reports/a.html", "reports/b.html"], {}, school) == "b"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ nobody }}", "nobody"),
        ("{% if %}", "Expected"),
        ("{{ ''.__class__.__mro__ }}", "no name '__class__'"),
        ("{{ title | safe }}", "safe"),
        ("{{ title * 1000000000 }}", "small whole numbers"),
        ("{{ 10 ** 10 }}", "small whole numbers"),
        ("{{ 1000000000 * 2 }}", "small whole numbers"),
        ("{% for i in range(10) %}{% endfor %}", "range"),
        ("{{ rows.append(1) }}", "append"),
        ('{% include "../pyproject.toml" %}', "pyproject.toml"),
    ],
)
def test_a_template_that_is_not_sound_is_named(tmp_path: Path, text: str, says: str) -> None:
    school = written(tmp_path, "reports/a.html", text)
    with pytest.raises(BadArgumentError) as caught:
        page(["reports/a.html"], {"title": "T", "rows": []}, school)
    assert caught.value.where == "templates/reports/a.html, line 1"
    assert says in caught.value.what


def test_small_sums_are_allowed(tmp_path: Path) -> None:
    assert page(["a.html"], {}, written(tmp_path, "a.html", "{{ 6 * 7 }}")) == "42"


def test_a_missing_template_is_named() -> None:
    with pytest.raises(BadArgumentError, match=r"reports/nothing\.html"):
        page(["reports/nothing.html"], {}, None)


@pytest.mark.slow
def test_the_wheel_carries_the_templates(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    ask = "from attendkit.documents.templates import shipped; print(shipped())"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
        text=True,
    )
    folder = Path(done.stdout.strip())
    assert folder == tmp_path / "installed" / "attendkit" / "templates"
    shipped_files = {file.name for file in (ROOT / "templates" / "reports").glob("*.html")}
    assert {file.name for file in (folder / "reports").glob("*.html")} == shipped_files
