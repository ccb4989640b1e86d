"""Sending drafts: the password asked for, and what became of each draft said."""

import os
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path

from attendkit.cli.printing import nearby, remark
from attendkit.errors import BadArgumentError, Exit
from attendkit.school import School

PASSWORD = "ATTENDKIT_SMTP_PASSWORD"  # noqa: S105  (the name of a variable)
"""The environment variable that holds the mail server's password, which no file does."""


def send_drafts(written: Sequence[Path], school: School) -> Exit:
    """Send the drafts among the files that were written, by the mail server of attendkit.toml.

    Raises:
        BadArgumentError: no server is set, there is nobody to ask for the password, or the server refuses.
    """
    from attendkit.documents.saving import remove
    from attendkit.documents.sending import Posted, send, waiting

    if school.smtp is None or not school.officer.email:
        raise BadArgumentError(
            "No mail server is set, so nothing is sent.",
            where="attendkit.toml, [smtp] and [officer] email",
            remedy="Set them (docs/settings.md), or leave --send out and open the drafts in a mail program.",
        )
    drafts, known = waiting([path for path in written if path.suffix == ".eml"], school)
    posted = send(drafts, school.smtp, _password(school.smtp.user)) if drafts else Posted()
    for path in known.before:
        remark(f"Sent before, and not again: {nearby(remove(path))}")
    for path, why in (*known.refused, *posted.refused):
        remark(f"Not sent, {why}: {nearby(path)}")
    remark(f"Sent: {len(posted.sent)} of {len(posted.sent) + len(known.refused) + len(posted.refused)}.")
    return Exit.PROBLEMS if known.refused or posted.refused else Exit.DONE


def _password(user: str) -> str:
    """The password: from the environment, else from whoever sits here. A server without users needs none."""
    if not user or PASSWORD in os.environ:
        return os.environ.get(PASSWORD, "")
    if not sys.stdin.isatty():
        raise BadArgumentError(
            "The mail server wants a password, and there is nobody here to ask.",
            where=PASSWORD,
            remedy="Put the password in this environment variable for the command. It is kept in no file.",
        )
    return getpass(f"Password of {user} at the mail server: ")
