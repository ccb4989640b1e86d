"""The documentation says what the program does, or a test fails."""

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel
from tests.cli.conftest import ON, ROOT, Run, asking

from attendkit.cli import boundary
from attendkit.cli.app import every_command
from attendkit.duties import DUTIES
from attendkit.duties.why import FIGURES
from attendkit.errors import Exit
from attendkit.read import Export
from attendkit.school import School


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_page_of_commands_is_what_help_says(generate: ModuleType) -> None:
    assert page("docs/commands.md") == generate.commands_page()


def test_the_readme_shows_what_the_commands_print_now(generate: ModuleType) -> None:
    assert page("README.md") == generate.readme()


def test_no_command_in_the_readme_fails() -> None:
    said = page("README.md")
    assert said.count("<!-- run") >= 8
    for wrong in ("met a fault", "What to do: ", "Traceback"):
        assert wrong not in said


def test_the_check_says_which_page_is_out_of_date(
    generate: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "commands_page", lambda: "something else\n")
    monkeypatch.setattr(generate, "readme", lambda: page("README.md"))
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    before = page("docs/commands.md")
    assert generate.write() == 1
    assert capsys.readouterr().err == "docs/commands.md is out of date: run `python docs/generate.py`.\n"
    assert page("docs/commands.md") == before


@pytest.mark.parametrize("name", every_command())
def test_every_command_is_documented(name: str) -> None:
    assert f"\n## attendkit {name}\n" in page("docs/commands.md")


def test_the_example_in_the_settings_page_is_a_sound_school() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", page("docs/settings.md"), re.DOTALL)
    school = School(**tomllib.loads(example))
    unused = [
        name for name in _settings(School) if name not in {"folder", "half_term"} and name not in example
    ]
    assert unused == []
    assert school.rules["at-risk"] == {"below_percent": 93}


def test_every_setting_is_explained() -> None:
    told = set(re.findall(r"`([a-z_]+)`", page("docs/settings.md")))
    assert set(_settings(School)) <= told


def _settings(model: type[BaseModel]) -> list[str]:
    names = []
    for name, field in model.model_fields.items():
        names.append(name)
        for inner in _models(field.annotation):
            names.extend(_settings(inner))
    return names


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for arg in getattr(annotation, "__args__", ()) for model in _models(arg)]


def test_every_exit_code_is_documented() -> None:
    said = {int(code) for code in re.findall(r"^\| (\d+) \|", page("docs/json.md"), re.MULTILINE)}
    assert said == {*map(int, Exit), boundary.FAULT, boundary.INTERRUPTED, boundary.PIPE_CLOSED}


def test_every_key_of_a_checked_file_is_explained() -> None:
    told = page("docs/json.md")
    assert [key for key in Export(file="marks.csv").as_json() if f"`{key}`" not in told] == []


def test_every_reason_in_the_code_is_explained() -> None:
    written = " ".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    reasons = set(re.findall(r'reason="([a-z0-9_]+)"', written))
    assert len(reasons) > 10
    told = page("docs/json.md")
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in told] == []


def test_every_key_of_a_duty_is_explained(run: Run, ready: Path) -> None:
    told = page("docs/json.md")
    for duty in DUTIES:
        report = json.loads(run(*asking(duty.name), "--on", ON, "--format", "json", "--school", ready).out)
        keys = {
            *report,
            *report["register"],
            *(key for row in report["rows"] for key in row.get("pupil", ())),
        }
        assert [key for key in sorted(keys) if f"`{key}`" not in told] == []


def test_every_duty_is_in_the_page_on_json() -> None:
    said = page("docs/json.md")
    assert [duty.name for duty in DUTIES if f"`{duty.name}`" not in said] == []


def test_the_help_of_why_names_every_figure_it_can_prove(run: Run) -> None:
    said = "".join(run("why", "--help").out.split())  # a name may be parted at its hyphen
    assert f"{','.join(FIGURES[:-1])}or{FIGURES[-1]}." in said


def test_the_glossary_is_in_the_words_of_the_field() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\*", page("GLOSSARY.md"), re.MULTILINE)
    for word in ("pupil", "session", "mark", "code", "possible", "authorised", "unauthorised", "school day"):
        assert word in words
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    "name",
    ["README.md", "GLOSSARY.md", "CONTRIBUTING.md", "docs/json.md", "docs/settings.md", "docs/commands.md"],
)
def test_pages_use_the_words_of_the_glossary_and_no_others(name: str) -> None:
    said = re.sub(r"```.*?```", "", page(name), flags=re.DOTALL)
    assert re.findall(r"(?i)\b(students?|records?|utils?|data ?frames?)\b", said) == []
