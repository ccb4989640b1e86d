"""A policy to suppose: other values of the rules, read from a TOML file of the shape of attendkit.toml."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attendkit.errors import BadArgumentError

Policy = Mapping[str, Mapping[str, Any]]
"""Other values of rules: by rule, by the value's name."""


def read_policy(path: Path) -> Policy:
    """The values that a file supposes, from its tables `[rules.<rule>]`.

    Raises:
        BadArgumentError: the file cannot be read, is not TOML, or has anything but such tables.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadArgumentError(
            f"This file cannot be read: {error.strerror}.", where=str(path), remedy="Check its name."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadArgumentError(
            f"This is not a TOML file: {error}.", where=str(path), remedy="Mend that line and try again."
        ) from None
    rules = tables.pop("rules", {})
    if tables or not isinstance(rules, dict) or not all(isinstance(one, dict) for one in rules.values()):
        raise BadArgumentError(
            "A policy has tables of rules and nothing else.",
            where=str(path),
            remedy="Write each as [rules.at-risk] with its values below it, as in attendkit.toml.",
        )
    return rules
