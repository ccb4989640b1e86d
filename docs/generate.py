"""Write what the program says into the documentation: every command's help, and the output in the README.

    python docs/generate.py            write docs/commands.md and the marked blocks of README.md
    python docs/generate.py --check    change nothing; say what is out of date and exit 1

A block of the README is the lines between `<!-- run: COMMAND -->` and `<!-- end -->`. The commands run one
after another, at 80 columns, in a copy of examples/small without its exports taken in, so the README is one
week's story. `<!-- run 12: COMMAND -->` keeps the first 12 lines of output.
"""

import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from unittest.mock import patch

from attendkit.cli import main
from attendkit.cli.app import every_command

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(
    r"(?P<open><!-- run ?(?P<lines>\d*): (?P<command>[^\n]+) -->\n).*?<!-- end -->", re.DOTALL
)

_INTRODUCTION = """\
# Commands

Made from `attendkit --help` by `python docs/generate.py`; a test fails when it is out of date.
Options stand after the command: `attendkit bands --year 9 --format csv`.
"""


def said_by(command: str, folder: Path) -> str:
    """What a command prints in a folder, remarks and results together, at 80 columns."""
    program, *args = shlex.split(command)
    if program != "attendkit":
        raise ValueError(f"not an attendkit command: {command}")
    said = io.StringIO()
    surroundings = patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"})
    with surroundings, chdir(folder), redirect_stdout(said), redirect_stderr(said), suppress(SystemExit):
        main(args)
    return "\n".join(line.rstrip() for line in said.getvalue().splitlines())


def commands_page() -> str:
    """docs/commands.md: the help of attendkit and of every command."""
    return "\n".join(_help_parts())


def _help_parts() -> Iterator[str]:
    yield _INTRODUCTION
    for name in ("", *every_command()):
        title = f"attendkit {name}".strip()
        yield f"## {title}\n\n```text\n{said_by(f'{title} --help', ROOT)}\n```\n"


def readme() -> str:
    """README.md with the output in every marked block as the program prints it now."""
    written = (ROOT / "README.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        school = Path(place) / "harrowmere"
        shutil.copytree(ROOT / "examples" / "small", school)

        def block(found: re.Match[str]) -> str:
            said = said_by(found["command"], school).splitlines()
            kept = said[: int(found["lines"] or len(said))]
            more = ["..."] if len(kept) < len(said) else []
            lines = [f"$ {found['command']}", *kept, *more]
            return found["open"] + "```text\n" + "\n".join(lines) + "\n```\n<!-- end -->"

        return _BLOCK.sub(block, written)


def write() -> int:
    """Write the pages, or with `--check` say which are out of date."""
    pages = {ROOT / "docs" / "commands.md": commands_page(), ROOT / "README.md": readme()}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if "--check" in sys.argv:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run `python docs/generate.py`.\n")
        else:
            path.write_text(pages[path], encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(write())
