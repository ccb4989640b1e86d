"""Every watching duty against its oracle on random registers: 20,000 pupils of each family."""

import importlib
import time

from tests.oracles import FAMILIES

PUPILS = 20_000


def main() -> int:
    """Compare each family of duties until enough pupils have been; an error names the seed that shows it."""
    for family in FAMILIES:
        compare = importlib.import_module(f"tests.oracles.{family}").compare
        started, pupils, seed = time.perf_counter(), 0, 0
        while pupils < PUPILS:
            try:
                pupils += compare(seed)
            except AssertionError:
                print(f"{family}: the oracle disagrees on the register of seed {seed}")
                raise
            seed += 1
        seconds = time.perf_counter() - started
        print(
            f"{family}: {pupils:,} pupils in {seed:,} random registers, as the oracle says ({seconds:.0f} s)"
        )
    return 0
