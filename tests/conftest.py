"""The whole suite runs with its sockets closed: whatever looks a name up or connects fails its test."""

import sys
from typing import Any

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def _stays_here(event: str, args: tuple[Any, ...]) -> None:
    """What Python tells before it opens a connection: a test may talk to this computer and no other."""
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if host not in _HERE:
        raise RuntimeError(f"attendkit tried to leave this computer: {event}")


sys.addaudithook(_stays_here)
