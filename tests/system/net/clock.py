# SPDX-License-Identifier: BSD-2-Clause
"""clock.py - a server of NTP of the host, a good and a bad one."""
import socket
import struct
import threading
import time

SINCE_1900 = 2208988800


def stamp(date):
    """A date in seconds since 1970 as NTP has it."""
    return struct.pack('>Q', int((date + SINCE_1900) * (1 << 32)) & (1 << 64) - 1)


class Clock:
    """Answers requests by its rules, in their order, the last one again and again. A rule makes of a good
    answer those that are sent."""

    def __init__(self, ahead):
        self.ahead, self.rules, self.requests = ahead, [self.good], []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def be(self, *rules):
        self.requests, self.rules = [], list(rules)

    def run(self):
        while True:
            request, client = self.socket.recvfrom(1 << 16)
            self.requests.append(request)
            now = stamp(time.time() + self.ahead)
            good = bytes([0x24, 2, 6, 0xec]) + bytes(8) + b'test' + bytes(8) + request[40:48] + now * 2
            rule = self.rules.pop(0) if len(self.rules) > 1 else self.rules[0]
            for answer in rule(good):
                self.socket.sendto(answer, client)

    @staticmethod
    def good(answer):
        return [answer]

    @staticmethod
    def silent(answer):
        return []

    @staticmethod
    def refuses(answer):
        return [answer[:1] + b'\0' + answer[2:12] + b'DENY' + answer[16:]]

    @staticmethod
    def no_source(answer):
        return [bytes([answer[0] | 0xc0]) + answer[1:]]

    @staticmethod
    def spoofed(answer):
        """Before the answer come those of a host that has not seen the request."""
        wrong = stamp(0) * 2
        return [b'', answer[:47], bytes([0x23]) + answer[1:], answer[:24] + bytes(8) + answer[32:],
                answer[:1] + b'\0' + answer[2:12] + b'DENY' + answer[16:24] + b'guessed!' + wrong, answer]
