# SPDX-License-Identifier: BSD-2-Clause
"""flood.py - SYNs of hosts that do not answer, and connections that the peer (peer.py) opens meanwhile."""
import random
import struct
import threading
import time

import peer as net


class Flood:
    """SYNs of hosts beyond the peer, from a thread of its own until end(). sent: how many."""

    def __init__(self, other, port, rate):
        rng, self.rate = random.Random(7), rate
        frames = [net.tcp((rng.randrange(1024, 65536), port), rng.randrange(1 << 32), 0, net.SYN,
                          source=bytes([11]) + rng.randbytes(3)) for _ in range(4 * self.rate)]
        self.sent, self.ended = 0, False
        self.thread = threading.Thread(target=self.work, args=(other, frames), daemon=True)
        self.thread.start()

    def work(self, other, frames):
        begun = time.monotonic()
        while not self.ended:
            if self.sent < (time.monotonic() - begun) * self.rate:
                other.send(frames[self.sent % len(frames)])
                self.sent += 1
            else:
                time.sleep(0.001)

    def end(self):
        self.ended = True
        self.thread.join()


def answer_of(other, names, flags, patience):
    """The number and the acknowledged one of a segment with these flags that the guest sends; the first of it
    is taken. None: it does not come in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        while other.frames:
            f = other.frames.pop(0)
            if f[23] == net.TCP and f[34:38] == struct.pack('>HH', *names[::-1]) and f[47] & 31 == flags:
                return struct.unpack('>II', f[38:46])
        time.sleep(0.001)
    return None


def accepted(other, names, patience):
    """A connection of the peer: how long until a byte of it is sent back. None: longer than patience."""
    number, begun = random.randrange(1 << 31), time.monotonic()
    other.send(net.tcp(names, number, 0, net.SYN))
    answer = answer_of(other, names, net.SYN | net.ACKS, patience)
    if answer is None:
        return None
    other.send(net.tcp(names, number + 1, answer[0] + 1, net.ACKS | net.PSH, b'x'))
    if answer_of(other, names, net.ACKS | net.PSH, patience) is None:
        return None
    other.send(net.tcp(names, number + 2, answer[0] + 2, net.ACKS | net.RST))
    return time.monotonic() - begun
