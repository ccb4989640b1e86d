"""What `doctor` says of each thing that it looks at."""

from dataclasses import dataclass
from enum import StrEnum

from attendkit.errors import Exit


class State(StrEnum):
    """How a check came out. What is damaged outweighs what wants attention."""

    FINE = "fine"
    ATTENTION = "attention"
    DAMAGED = "damaged"


EXIT = {State.FINE: Exit.DONE, State.ATTENTION: Exit.PROBLEMS, State.DAMAGED: Exit.DAMAGED}
"""The exit code of the worst of them."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do. `pupils` are register keys, for JSON only."""

    name: str
    state: State
    says: str
    remedy: str = ""
    pupils: tuple[str, ...] = ()
