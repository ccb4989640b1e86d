"""Start attendkit: `python -m attendkit` and the `attendkit` command."""


def main() -> None:
    """Run the command line."""
    from attendkit.cli import main as run  # noqa: PLC0415  (keeps `import attendkit` free)

    run()


if __name__ == "__main__":
    main()
