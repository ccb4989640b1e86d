"""Start attendkit: `python -m attendkit` and the `attendkit` command."""

import gc
import sys
import warnings


def main() -> None:
    """Run the command line."""
    gc.disable()  # a command is over before cycles would matter, and looking for them is a tenth of its time
    from attendkit.cli import main as run  # noqa: PLC0415  (keeps `import attendkit` free)

    if not sys.warnoptions:  # what a library tells programmers is not for the officer; python -W shows it
        warnings.simplefilter("ignore")

    try:
        run()
    finally:
        gc.freeze()  # or Python looks for cycles once more as it ends, which takes a tenth of a command too


if __name__ == "__main__":
    main()
