"""The oracles of the duties, a module a family.

Each has `compare(seed)`, which makes a random register from a number, works out slowly what every duty of
the family must say of it, asserts that the duty says so, and gives back how many pupils were compared. The
tests compare 500 of each family; `python -m benchmarks oracle` compares 20,000.
"""

from collections.abc import Iterator
from importlib import import_module

FAMILIES = ("daily", "coding", "arrangements", "clocks", "edits", "groups", "patterns")


def compared(family: str, pupils: int, seed: int = 0) -> Iterator[int]:
    """Compare a family on one random register after another; yields how many pupils were, until enough.

    Raises:
        AssertionError: a duty says something else. Its note names the register's seed.
    """
    compare = import_module(f"tests.oracles.{family}").compare
    so_far = 0
    while so_far < pupils:
        try:
            so_far += compare(seed)
        except AssertionError as error:
            error.add_note(f"{family}: the oracle disagrees on the register of seed {seed}")
            raise
        yield so_far
        seed += 1
