"""A network that can be cut: connections pass through it to a server, and some are lost."""

import select
import socket
import threading
from contextlib import suppress

from sqlalchemy.engine import make_url


class Relay:
    """Passes bytes on to the server of an address; ``url`` is the address that leads through it.

    Attributes:
        silent: whether new connections are accepted and then never answered.
    """

    def __init__(self, url):
        target = make_url(url)
        self.target = target.host, target.port
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.url = target.set(port=port).render_as_string(hide_password=False)
        self.silent, self.lost, self._pairs = False, [], []

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        for pair in [*self._pairs, *self.lost]:
            for end in pair:
                end.close()

    def cut(self):
        """Lose all connections: the client hears of it, the server does not."""
        for pair in self._pairs:
            pair[0].shutdown(socket.SHUT_RDWR)
        self.lost += self._pairs  # open, so that the server waits
        self._pairs = []

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.silent:
                    self.lost.append((client,))
                    continue
                self._pairs.append((client, server := socket.create_connection(self.target)))
                if self.listener.fileno() < 0:  # closed meanwhile
                    return client.close(), server.close()
                threading.Thread(target=self._pass, args=(client, server), daemon=True).start()

    def _pass(self, client, server):
        with suppress(OSError, ValueError):
            while True:
                for end in select.select([client, server], [], [])[0]:
                    read = end.recv(65536)
                    if not read and end is client:
                        return  # the server is not told
                    if not read:
                        return client.close()
                    (server if end is client else client).sendall(read)
