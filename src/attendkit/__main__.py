"""Start attendkit: `python -m attendkit` and the `attendkit` command."""

import gc
import sys
import warnings

_STOPPED = 130
"""What `cli.boundary.INTERRUPTED` is, before that can be imported."""


def main() -> None:
    """Run the command line."""
    gc.disable()  # a command is over before cycles would matter, and looking for them is a tenth of its time
    try:
        from attendkit.cli import main as run  # noqa: PLC0415  (keeps `import attendkit` free)

        if not sys.warnoptions:  # what a library tells programmers is not for the officer; python -W shows it
            warnings.simplefilter("ignore")
        run()
    except KeyboardInterrupt:  # before the boundary stands, or as it is left
        sys.stderr.write("Stopped.\n")
        sys.exit(_STOPPED)
    finally:
        gc.freeze()  # or Python looks for cycles once more as it ends, which takes a tenth of a command too


if __name__ == "__main__":
    main()
