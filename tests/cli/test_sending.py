"""Reports to tutors and leaders by e-mail: drafts, and sending them through a real mail server here."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import ON, ROOT, Run

SERVER = ROOT / "tests" / "documents" / "mailserver.py"
CERTIFICATE = ROOT / "tests" / "data" / "localhost.pem"
TUTORS = ("7E1", "7P1", "7W1")
OUT = Path("out") / ON

Start = Callable[..., Path]


@pytest.fixture
def start(school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a mail server that behaves so, set the school to use it, and give where mail arrives."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    running: list[subprocess.Popen[str]] = []

    def started(*ways: str, user: str = "", host: str = "localhost") -> Path:
        folder = tmp_path / "arrived"
        folder.mkdir()
        server = subprocess.Popen([sys.executable, SERVER, folder, *ways], stdout=subprocess.PIPE, text=True)
        running.append(server)
        assert server.stdout is not None
        settings(school, host, int(server.stdout.readline()), user)
        return folder

    yield started
    for server in running:
        server.kill()
        server.communicate()


def settings(school: Path, host: str, port: int, user: str = "", domain: str = "harrowmere.example") -> None:
    """Give three tutors an address, the officer too, and the school a mail server."""
    path = school / "attendkit.toml"
    text = path.read_text(encoding="utf-8")
    for group in TUTORS:
        heading = f"[tutor_groups.{group}]\n"
        text = text.replace(heading, f'{heading}email = "{group.lower()}@{domain}"\n')
    smtp = f'\n[smtp]\nhost = "{host}"\nport = {port}\nuser = "{user}"\n' if host else ""
    text = text.replace("@example.org", "@harrowmere.example")
    path.write_text(text + smtp, encoding="utf-8")


def ask(run: Run, school: Path, *more: str) -> Any:
    return run("tutor-report", "--school", school, "--on", ON, "--year", "7", *more)


def arrived(folder: Path) -> list[Any]:
    return [message_from_bytes(path.read_bytes(), policy=SMTP) for path in sorted(folder.iterdir())]


def left(school: Path) -> list[str]:
    """The drafts that are still to be sent."""
    return sorted(path.stem for path in (school / OUT).rglob("*.eml") if path.parent.name != "sent")


def test_a_draft_has_its_paper_attached_and_names_no_pupil(run: Run, school: Path) -> None:
    settings(school, "", 0)
    said = ask(run, school, "--email")
    assert said.code == 0, said.err
    drafts = sorted((school / OUT).rglob("*.eml"))
    assert [path.stem for path in drafts] == [f"tutor {group}" for group in TUTORS]
    draft: Any = message_from_bytes(drafts[0].read_bytes(), policy=SMTP)
    assert (draft["To"], draft["X-Unsent"]) == ("Mr Arkell <7e1@harrowmere.example>", "1")
    assert draft["Subject"] == "Tutor group 7E1, Mr Arkell, 20 Nov 2026"
    (paper,) = draft.iter_attachments()
    assert paper.get_filename() == "tutor 7E1.pdf"
    assert paper.get_content() == drafts[0].with_suffix(".pdf").read_bytes()
    words = draft.get_body().get_content()
    assert "Dear Mr Arkell" in words
    pupils = (school / "exports" / "pupils.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    names = {word for line in pupils for word in line.split(",")[1:3] if len(word) > 3}
    assert len(names) > 50
    assert [name for name in names if name in words] == []


def test_a_reader_without_an_address_gets_a_paper_and_no_draft_and_that_is_said(
    run: Run, school: Path
) -> None:
    said = ask(run, school, "--email")
    assert list((school / OUT).rglob("*.eml")) == []
    assert len(list((school / OUT).rglob("*.pdf"))) == 3
    assert "no draft, for 7E1, 7P1, 7W1" in said.err


def test_drafts_are_the_same_bytes_in_another_time_zone_and_locale(process: Run, school: Path) -> None:
    settings(school, "", 0)
    ways: list[dict[str, str]] = [
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "POLARS_MAX_THREADS": "1"},
        {"TZ": "America/Lima", "LC_ALL": "de_DE.UTF-8", "POLARS_MAX_THREADS": "4"},
    ]
    made = []
    for way in ways:
        done = process("tutor-report", "--school", school, "--on", ON, "--year", "7", "--email", **way)
        assert done.code == 0, done.err
        files = [path for path in sorted((school / OUT).rglob("*")) if path.is_file()]
        made.append({path.name: path.read_bytes() for path in files})
    assert made[0] == made[1]
    assert len(made[0]) == 6


def test_nothing_is_sent_where_no_server_is_set(run: Run, school: Path) -> None:
    said = ask(run, school, "--send")
    assert said.code == 2
    assert "No mail server is set" in said.err


def test_what_is_sent_arrives_encrypted_and_once(run: Run, school: Path, start: Start) -> None:
    folder = start()
    said = ask(run, school, "--send")
    assert said.code == 0, said.err
    assert "Sent: 3 of 3." in said.err
    mail = arrived(folder)
    assert [one["To"].addresses[0].addr_spec for one in mail] == [
        f"{g.lower()}@harrowmere.example" for g in TUTORS
    ]
    assert [one["X-Unsent"] for one in mail] == [None] * 3
    assert all(next(one.iter_attachments()).get_content().startswith(b"%PDF") for one in mail)
    assert list((school / OUT / "tutor-year-7").glob("*.eml")) == []
    again = ask(run, school, "--send")
    assert again.code == 0
    assert again.err.count("Sent before, and not again") == 3
    assert len(arrived(folder)) == 3


def test_a_server_that_offers_no_encryption_is_told_nothing(run: Run, school: Path, start: Start) -> None:
    folder = start("plain")
    said = ask(run, school, "--send")
    assert said.code == 2
    assert "offers no encryption" in said.err
    assert arrived(folder) == []
    assert len(list((school / OUT).rglob("*.eml"))) == 3


def test_a_server_that_cannot_prove_who_it_is_is_told_nothing(
    run: Run, school: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = start()
    monkeypatch.delenv("SSL_CERT_FILE")
    said = ask(run, school, "--send")
    assert said.code == 2
    assert "cannot prove who it is" in said.err
    assert arrived(folder) == []


@pytest.mark.parametrize("password", ["secret", "wrong"])
def test_the_password_comes_from_the_environment(
    run: Run, school: Path, start: Start, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    folder = start("users", user="officer")
    monkeypatch.setenv("ATTENDKIT_SMTP_PASSWORD", password)
    said = ask(run, school, "--send")
    right = password == "secret"  # noqa: S105  (the test server's)
    assert (said.code, len(arrived(folder))) == ((0, 3) if right else (2, 0)), said.err
    assert password not in said.err


def test_without_a_password_and_without_anybody_to_ask_nothing_is_sent(
    run: Run, school: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = start("users", user="officer")
    monkeypatch.delenv("ATTENDKIT_SMTP_PASSWORD", raising=False)
    said = ask(run, school, "--send")
    assert said.code == 2
    assert "nobody here to ask" in said.err
    assert arrived(folder) == []


def test_a_password_in_the_settings_is_refused(run: Run, school: Path) -> None:
    settings(school, "localhost", 587)
    with (school / "attendkit.toml").open("a", encoding="utf-8") as file:
        file.write('password = "hunter2"\n')
    said = ask(run, school)
    assert said.code == 2
    assert "smtp.password: there is no such setting" in said.err
    assert "hunter2" not in said.err


def test_one_address_that_is_refused_costs_that_draft_only(run: Run, school: Path, start: Start) -> None:
    folder = start("refuse=7p1@harrowmere.example")
    said = ask(run, school, "--send")
    assert said.code == 1
    assert "Sent: 2 of 3." in said.err
    assert "the server answered 550" in said.err
    assert len(arrived(folder)) == 2
    assert [path.stem for path in (school / OUT).rglob("*.eml") if path.parent.name != "sent"] == [
        "tutor 7P1"
    ]


def test_after_a_connection_lost_only_the_rest_are_sent(run: Run, school: Path, start: Start) -> None:
    folder = start("drop=1")
    said = ask(run, school, "--send")
    assert said.code == 2
    assert len(arrived(folder)) == 1
    assert [path.stem for path in (school / OUT).rglob("sent/*.eml")] == ["tutor 7E1"]
    assert left(school) == ["tutor 7P1", "tutor 7W1"]


def test_an_address_outside_the_schools_own_domain_is_never_sent_to(
    run: Run, school: Path, start: Start
) -> None:
    folder = start()
    path = school / "attendkit.toml"
    text = path.read_text(encoding="utf-8").replace("7p1@harrowmere.example", "7p1@mail.example")
    path.write_text(text, encoding="utf-8")
    said = ask(run, school, "--send")
    assert said.code == 1
    assert "mail.example is not a domain of the school's" in said.err
    assert len(arrived(folder)) == 2


def test_leaders_get_their_roll_up_and_their_pack(run: Run, school: Path, start: Start) -> None:
    folder = start()
    for command in (["ncode-report"], ["meeting-pack", "college", "Egret"]):
        said = run(*command, "--school", school, "--on", ON, "--college", "Egret", "--send")
        assert said.code == 0, said.err
    leader = [one for one in arrived(folder) if "egret@" in str(one["To"])]
    assert [one["Subject"] for one in leader] == [
        "N marks to settle: Egret, Mrs Imogen Farrow, 20 Nov 2026",
        "College Leader meeting: Egret, Mrs Imogen Farrow, 20 Nov 2026",
    ]
