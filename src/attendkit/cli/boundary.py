"""The one place where errors become words on stderr and an exit code.

What goes out names files, rows and identifiers. A fault in attendkit itself is reported by its kind and
its place in the code, never by its text, which might quote a cell.
"""

import errno
import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from attendkit.cli.printing import remark
from attendkit.errors import AttendkitError, BadArgumentError, NotFoundError

INTERRUPTED = 130
"""Stopped with Ctrl-C, as shells report it."""

PIPE_CLOSED = 141
"""The reader of our output went away (`attendkit bands | head`), as shells report it."""

FAULT = 70
"""A fault in attendkit itself, which is neither bad input nor a finding about the data."""

_DEBUG = "--debug"


def guarded(args: list[str]) -> int:
    """Run the command line on `args` and give its exit code; nothing is raised past here."""
    _speak_utf8()
    debug = _DEBUG in args[: args.index("--") if "--" in args else None]
    try:
        return _run([arg for arg in args if not debug or arg != _DEBUG])
    except KeyboardInterrupt:
        remark("Stopped; nothing was half written.")
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more as it ends; there is nobody to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  (the boundary: every error ends here, in words)
        if debug:
            traceback.print_exception(error)
        return _explain(error)


def _run(args: list[str]) -> int:
    import typer

    from attendkit.cli.app import command_line

    try:
        code = command_line()(args or ["--help"], prog_name="attendkit", standalone_mode=False)
    except typer.Abort:  # Ctrl-C or the end of input at a question
        raise KeyboardInterrupt from None
    sys.stdout.flush()
    if code == INTERRUPTED:  # typer has turned a Ctrl-C into this
        raise KeyboardInterrupt
    return int(code or 0)


def _explain(error: Exception) -> int:
    if isinstance(error, AttendkitError):
        return _say(error)
    if isinstance(error, OSError) and error.filename is not None:
        return _say(_refused_by_system(error))
    if usage := _usage(error):
        return _say(usage)
    remark(f"attendkit met a fault of its own: {type(error).__name__}{_place(error)}.")
    remark("What to do: run it again with --debug and report what it prints (CONTRIBUTING.md says how).")
    return FAULT


def _place(error: Exception) -> str:
    ours = Path(__file__).parents[1]
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    files = [(Path(frame.f_code.co_filename), frame.f_lineno) for frame in frames]
    inside = [f"{path.relative_to(ours)}, line {line}" for path, line in files if path.is_relative_to(ours)]
    return f" at {inside[-1]}" if inside else ""


def _say(error: AttendkitError) -> int:
    remark(f"{error.where}: {error.what}" if error.where else error.what)
    if isinstance(error, NotFoundError):
        for candidate in error.candidates:
            remark(f"  {candidate}")
    if error.remedy:
        remark(f"What to do: {error.remedy}")
    return int(error.exit)


def _refused_by_system(error: OSError) -> AttendkitError:
    remedies = {
        errno.EACCES: "Close it if another program has it open, and check that you may write there.",
        errno.EPERM: "Close it if another program has it open, and check that you may write there.",
        errno.EROFS: "This place can only be read: write to another, or copy the school's folder out of it.",
        errno.ENOSPC: "The disk is full: make room and run the command again.",
        errno.ENOENT: "Check the name.",
    }
    return BadArgumentError(
        f"{error.strerror or 'This cannot be opened'}.",
        where=str(error.filename),
        remedy=remedies.get(error.errno or 0, "Check the file and the disk it is on."),
    )


def _usage(error: Any) -> BadArgumentError | None:
    import typer

    # Typer exports only BadParameter, whose base is what every wrong use of an option is.
    usage_error: Any = typer.BadParameter.__base__
    if not isinstance(error, usage_error):
        return None
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "attendkit"
    return BadArgumentError(
        error.format_message(), where=command, remedy=f"`{command} --help` lists what it takes."
    )


def _speak_utf8() -> None:
    # A Windows console may speak cp1252, and a pupil's name is no reason to stop.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
