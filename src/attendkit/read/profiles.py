"""Which of a school's profiles a file is read with."""

from collections.abc import Mapping
from fnmatch import fnmatch

from attendkit.errors import BadArgumentError
from attendkit.model import Session
from attendkit.school import Profile


def profile_for(file: str, profiles: Mapping[str, Profile], asked: str | None) -> Profile:
    """The profile asked for, else the first whose glob fits the file's name, else one that says nothing.

    Raises:
        BadArgumentError: no profile has the name asked for.
    """
    if asked is not None:
        if asked not in profiles:
            known = ", ".join(profiles) or "none"
            raise BadArgumentError(
                f"There is no profile called {asked!r}.",
                where="--profile",
                remedy=f"attendkit.toml has: {known}.",
            )
        return profiles[asked]
    return next((p for p in profiles.values() if fnmatch(file.casefold(), p.files.casefold())), Profile())


def sessions_said(profile: Profile, answered: Mapping[str, str]) -> dict[str, Session]:
    """What is said of the periods: the profile's words, with the officer's answer over them."""
    return {word: Session[half] for word, half in {**profile.sessions, **answered}.items()}
