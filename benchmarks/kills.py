"""Kill writers of a register with SIGKILL at random moments, and look for anything lost or torn.

`python benchmarks/kills.py 500` prints what happened. `attendkit doctor --crash-test FOLDER` does the same to
settle whether a school's own network drive is safe.
"""

import argparse
import sys
import time

from attendkit.register.crashing import WRITERS, crash


def main() -> None:
    """Run from the command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kills", nargs="?", type=int, default=500)
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    started = time.perf_counter()
    outcome = crash(given.kills, seed=given.seed)
    print(
        f"{outcome.kills} kills of {WRITERS} writers in {time.perf_counter() - started:.0f} s: "
        f"{outcome.acknowledged} imports acknowledged, {len(outcome.lost)} lost, {len(outcome.faults)} torn; "
        f"{outcome.unacknowledged} more were whole when their writer was killed before it could say so."
    )
    for fault in (*outcome.lost, *outcome.faults):
        print(f"  {fault}")
    sys.exit(bool(outcome.lost or outcome.faults))


if __name__ == "__main__":
    main()
