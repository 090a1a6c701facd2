# SPDX-License-Identifier: BSD-2-Clause
"""echo.py - a server of the host that sends back what it gets."""
import re
import socket
import threading
import time

from guest import HANG, free_port
from system import PAUSE, shell

MORE = 200000			# bytes: more than come after the end of what sent them


def has_ipv6():
    """QEMU leads from its fec0::2 to the host's loopback, which not every host has."""
    try:
        socket.create_server(('::1', 0), family=socket.AF_INET6).close()
    except OSError as e:
        print('note: over the card no TCP and UDP of IPv6: the host has no ::1: %s' % e, flush=True)
        return False
    return True


class Echo:
    """A server of the host for TCP and UDP, of both families: sends back what it gets."""

    def __init__(self):
        family, host = (socket.AF_INET6, '::') if has_ipv6() else (socket.AF_INET, '127.0.0.1')
        self.port = free_port()		# of both: one that the host chose for TCP could be in use by UDP
        self.tcp = socket.create_server((host, self.port), family=family,
                                        dualstack_ipv6=family == socket.AF_INET6)
        self.taken = 0			# bytes of connections, at the least: threads add them up
        self.most = None		# if set: when so many are taken no more are before it is set to more
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET6:
            self.udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.udp.bind((host, self.port))
        for work in (self.datagrams, self.connections):
            threading.Thread(target=work, daemon=True).start()

    def wait_for_more(self, guest, end='(?!)', start=0):
        """Until bytes come, or the guest has printed this end after `start` of its text."""
        before, hangs = self.taken, time.monotonic() + HANG
        while self.taken <= before + MORE and not re.search(end, guest.text[start:], re.M):
            assert time.monotonic() < hangs, 'no more bytes came' + guest.tail()
            shell(guest, '')
            time.sleep(PAUSE)

    def datagrams(self):
        while True:
            self.udp.sendto(*self.udp.recvfrom(1 << 16))

    def connections(self):
        while True:
            threading.Thread(target=self.stream, args=(self.tcp.accept()[0],), daemon=True).start()

    def stream(self, connection):
        with connection:
            try:
                while data := connection.recv(1 << 16):
                    while self.most is not None and self.taken >= self.most:
                        time.sleep(PAUSE)
                    self.taken += len(data)
                    connection.sendall(data)
            except OSError:
                pass
