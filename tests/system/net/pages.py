# SPDX-License-Identifier: BSD-2-Clause
"""pages.py - the host as the programs of the network see it: a server of pages, and one that takes bytes."""
import http.server
import random
import socket
import threading
import time

from guest import HANG
from system import PAUSE

PAGE = random.Random(4).randbytes(4 << 20)


class Pages(http.server.BaseHTTPRequestHandler):
    """/page with its length, /close without it, /short with a length too large, those of STEPS in pieces;
    /?to=X leads to X."""

    STEPS = {'/slow': 1000, '/paced': 16384}	# bytes
    started = threading.Event()		# something of these has been sent

    def do_GET(self):
        if self.path.startswith('/?to='):
            self.send_response(302)
            self.send_header('Location', self.path[5:])
            self.end_headers()
            return
        if self.path not in ('/page', '/close', '/short', *self.STEPS):
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != '/close':
            self.send_header('Content-Length', str(len(PAGE) + (self.path == '/short')))
        self.end_headers()
        step = self.STEPS.get(self.path, len(PAGE))
        try:
            for at in range(0, len(PAGE), step):
                self.wfile.write(PAGE[at:at + step])
                if step < len(PAGE):
                    self.started.set()
                    time.sleep(PAUSE)
        except OSError:
            pass

    def log_message(self, *unused):
        pass


def serve_pages():
    """A server of pages; its port."""
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Taker:
    """Takes what connections bring: one after the other, to their ends."""

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.listener.settimeout(HANG)
        self.port = self.listener.getsockname()[1]

    def take(self, answer=b'', delay=0):
        connection, data = self.listener.accept()[0], bytearray()
        with connection:
            connection.settimeout(HANG)
            time.sleep(delay)
            connection.sendall(answer)
            while piece := connection.recv(1 << 16):
                data += piece
        return bytes(data)
