"""Every family of duties against its oracle on random registers: 20,000 pupils' registers of each."""

import time

from tests.oracles import FAMILIES, compared

PUPILS = 20_000


def main() -> int:
    """Compare each family until enough pupils have been; an error names the register's seed."""
    for family in FAMILIES:
        started = time.process_time()
        *_, pupils = counts = list(compared(family, PUPILS))
        seconds = time.process_time() - started
        said = f"{family}: {pupils:,} pupils in {len(counts):,} random registers, as the oracle says"
        print(f"{said} ({seconds:.0f} s of the processor)", flush=True)
    return 0
