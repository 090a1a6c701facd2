# SPDX-License-Identifier: BSD-2-Clause
"""secure.py - what https needs on the host: authorities and certificates, made by openssl, and servers of
TLS, good and bad ones.
"""
import contextlib
import http.server
import os
import random
import socket
import ssl
import subprocess
import threading

from guest import HANG
from pages import PAGE, Pages

EC, RSA = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], ['rsa:2048']
PATIENCE_S = 0.3		# with a client that may wait for more, as a length was changed
HOST = 'IP:127.0.0.1,IP:10.0.2.2'
AUTHORITY = 'basicConstraints=critical,CA:TRUE'
# name: (issuer, key, extensions, days)
CERTIFICATES = {
    'good': ('ca', EC, 'subjectAltName=' + HOST, 2),
    'six': ('ca', EC, 'subjectAltName=IP:::1', 2),
    'name': ('ca', RSA, 'subjectAltName=DNS:localhost,DNS:*.host.test', 2),
    'middle': ('ca', RSA, AUTHORITY, 2),
    'chain': ('middle', EC, 'subjectAltName=' + HOST, 2),
    'wrong': ('ca', EC, 'subjectAltName=IP:10.0.2.3,DNS:10.0.2.2,DNS:127.0.0.1', 2),
    'expired': ('ca', EC, 'subjectAltName=' + HOST, -1),
    'under': ('good', EC, 'subjectAltName=' + HOST, 2),
    'second': ('middle', RSA, AUTHORITY, 2),
    'mixed': ('second', EC, 'subjectAltName=' + HOST, 2),
    'lost': ('second', EC, 'subjectAltName=' + HOST, 2),
}
# What a server sends besides; of 'mixed' in another order, and with what has nothing to do with it.
CHAINS = {'chain': ['middle'], 'under': ['good'], 'mixed': ['other', 'middle', 'name', 'ca', 'second'],
          'lost': ['middle', 'other']}
# Authorities whose kind of key BearSSL has not: how openssl makes one, and what fetch says of it.
OTHER_KEYS = {
    'ed25519': (['ed25519'], 'a key of Ed25519'), 'ed448': (['ed448'], 'a key of Ed448'),
    'curve': (['ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'], 'a key of an elliptic curve'),
    'pss': (['rsa-pss'], 'a key of RSA for PSS alone'),
    'large': (['rsa:4160'], 'a key of RSA with 4160 bits'),
}


def openssl(*arguments):
    subprocess.run(['openssl', *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


class Certificates:
    """In a folder: NAME.pem, with what a server sends, NAME.key. The authorities ca, and other of the same
    name."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        for name in ('ca', 'other'):
            openssl('req', '-x509', '-newkey', *EC, '-nodes', '-keyout', self.path(name, 'key'), '-out',
                    self.path(name), '-days', '2', '-subj', '/CN=Authority of the test')
        for name, (issuer, key, extensions, days) in CERTIFICATES.items():
            self.sign(name, issuer, key, extensions, days)
        for name, more in CHAINS.items():
            with open(self.path(name), 'a', encoding='ascii') as f:
                for other in more:
                    with open(self.path(other), encoding='ascii') as g:
                        f.write(g.read())

    def sign(self, name, issuer, key, extensions, days):
        with open(self.path(name, 'ext'), 'w', encoding='ascii') as f:
            f.write(extensions + '\n')
        openssl('req', '-newkey', *key, '-nodes', '-keyout', self.path(name, 'key'), '-out',
                self.path(name, 'csr'), '-subj', '/CN=' + name)
        openssl('x509', '-req', '-in', self.path(name, 'csr'), '-CA', self.path(issuer), '-CAkey',
                self.path(issuer, 'key'), '-days', str(days), '-extfile', self.path(name, 'ext'), '-out',
                self.path(name))

    def other_keys(self):
        """Makes them. The text of each file, by what fetch says of the key."""
        texts = {}
        for name, (key, what) in OTHER_KEYS.items():
            openssl('req', '-x509', '-newkey', *key, '-nodes', '-keyout', self.path(name, 'key'), '-out',
                    self.path(name), '-days', '2', '-subj', '/CN=Authority with %s' % what)
            with open(self.path(name), encoding='ascii') as f:
                texts[what] = f.read()
        return texts

    def path(self, name, kind='pem'):
        return os.path.join(self.folder, name + '.' + kind)

    def context(self, name, ciphers='ECDHE+CHACHA20'):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(name), self.path(name, 'key'))
        context.set_ciphers(ciphers)
        return context


class SecurePages(http.server.ThreadingHTTPServer):
    """Pages by TLS. orderly: a connection ends as TLS wants it."""

    def __init__(self, context, orderly=True, host='127.0.0.1'):
        self.address_family = socket.AF_INET6 if ':' in host else socket.AF_INET
        super().__init__((host, 0), Pages)
        self.context, self.orderly = context, orderly
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client_address):
        request.settimeout(HANG)
        with contextlib.suppress(OSError), self.context.wrap_socket(request, server_side=True) as secure:
            self.RequestHandlerClass(secure, client_address, self)
            if self.orderly:
                secure.unwrap()


class Answer:
    """Answers each connection with the same bytes, and ends it."""

    def __init__(self, data):
        self.data, self.listener = data, socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            with self.listener.accept()[0] as s, contextlib.suppress(OSError):
                s.settimeout(HANG)
                s.recv(1 << 16)
                s.sendall(self.data)


class Mutator:
    """A server of TLS that changes bytes of one of its flights: `flight` counts from 0, -1 changes nothing.
    `seed` decides how."""
    BODY = PAGE[:3000]

    def __init__(self, context):
        self.context, self.listener = context, socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.flight, self.random = -1, random.Random(0)
        threading.Thread(target=self.run, daemon=True).start()

    def set(self, flight, seed):
        self.flight, self.random = flight, random.Random(seed)

    def mutate(self, data):
        data, r = bytearray(data), self.random
        at = r.randrange(len(data))
        kind = r.randrange(5)
        if kind == 0:
            data[at] ^= 1 << r.randrange(8)
        elif kind == 1:
            data[at] = r.choice((0, 1, 0x7f, 0x80, 0xff))
        elif kind == 2:
            del data[at:at + r.randrange(1, 40)]
        elif kind == 3:
            data[at:at] = r.randbytes(r.randrange(1, 40))
        else:
            data[at:at] = data[max(0, at - r.randrange(1, 200)):at] or b'\x16\x03\x03\xff\xff'
        return bytes(data)

    def run(self):
        while True:
            with self.listener.accept()[0] as s, contextlib.suppress(OSError):
                s.settimeout(HANG)
                self.serve(s)

    def serve(self, s):
        to, out = ssl.MemoryBIO(), ssl.MemoryBIO()
        secure = self.context.wrap_bio(to, out, server_side=True)
        count = 0

        def step(function):
            nonlocal count
            result = None
            while not result:
                with contextlib.suppress(ssl.SSLWantReadError):
                    result = function()
                data = out.read()
                if data:
                    s.sendall(self.mutate(data) if count == self.flight else data)
                    if count == self.flight:
                        s.settimeout(PATIENCE_S)
                    count += 1
                if not result:
                    data = s.recv(1 << 16)
                    if not data:
                        raise OSError
                    to.write(data)

        step(lambda: secure.do_handshake() or True)
        step(lambda: secure.read(1 << 16))
        head = b'HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n' % len(self.BODY)
        step(lambda: secure.write(head + self.BODY))
