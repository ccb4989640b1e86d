"""The command line: parse, call, print. Nothing here is loaded before it is needed."""


def main() -> None:
    """Run attendkit."""
