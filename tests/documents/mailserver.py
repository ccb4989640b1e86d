"""A small mail server for tests, run as a process of its own: it takes what it is told to and keeps it.

    python mailserver.py FOLDER [plain] [users] [refuse=ADDRESS] [drop=NUMBER]

It prints its port. `plain` offers no encryption, `users` wants officer/secret, `refuse` answers 550 to one
address, `drop` hangs up after so many messages. Each message is a file in the folder.
"""

import base64
import socket
import ssl
import sys
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

CERTIFICATE = Path(__file__).parents[1] / "data" / "localhost.pem"
FOLDER, WAYS = Path(sys.argv[1]), dict(way.partition("=")[::2] for way in sys.argv[2:])
WANTED = base64.b64encode(b"\0officer\0secret").decode()


class Talk(StreamRequestHandler):
    """One connection, line by line."""

    encrypted, known = False, False

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def handle(self) -> None:
        self.say("220 localhost")
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                return self.say("221 bye")
            getattr(self, f"on_{verb.lower()}", self.on_other)(rest)
        return None

    def on_ehlo(self, _: str) -> None:
        offers = ["localhost", *([] if self.encrypted or "plain" in WAYS else ["STARTTLS"])]
        offers += ["AUTH PLAIN"] if "users" in WAYS else []
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def on_starttls(self, _: str) -> None:
        self.say("220 go on")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        self.connection: Any = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.encrypted = True

    def on_auth(self, given: str) -> None:
        self.known = given == f"PLAIN {WANTED}"
        self.say("235 welcome" if self.known else "535 no")

    def on_mail(self, _: str) -> None:
        open_to = self.encrypted and (self.known or "users" not in WAYS)
        self.say("250 ok" if open_to else "530 encrypt and log in first")

    def on_rcpt(self, to: str) -> None:
        refused = WAYS.get("refuse")
        self.say("550 nobody here" if refused and refused in to else "250 ok")

    def on_data(self, _: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        taken = len(list(FOLDER.iterdir()))
        if WAYS.get("drop") == str(taken):
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        (FOLDER / f"{taken:03}.eml").write_bytes(b"".join(lines))
        self.say("250 taken")

    def on_other(self, _: str) -> None:
        self.say("250 ok")


if __name__ == "__main__":
    with ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        print(server.server_address[1], flush=True)  # noqa: T201  (whoever started it reads the port)
        server.serve_forever()
