# SPDX-License-Identifier: BSD-2-Clause
"""longpath.py - what is under way on a long path (bench/linux/mirror.py) between two programs of a guest."""
import os
import struct
import sys

from guest import O, TOP

sys.path.append(os.path.join(TOP, 'bench/linux'))
import mirror  # noqa: E402 (the path is set just above)

SACK, NOP = 5, 1


def options(path, milliseconds):
    """QEMU's options: a card at a path of so long a round trip, by the time of the machine."""
    plugin = '%s/bench/scope.so,out=%s.json,light=1,turns=%s' % (O, path, mirror.gate.turns(path))
    return mirror.netdev(path, milliseconds) + [
        '-device', 'virtio-net-pci,netdev=net,disable-legacy=on,tx=timer,ioeventfd=off',
        '-icount', 'shift=0,sleep=off', '-plugin', plugin]


class Path(mirror.Mirror):
    """under_way: the most bytes of a stream that were sent and not acknowledged. sacks: acknowledgements of
    segments that came behind a lost one. every: of so many segments one is lost, if it is set."""

    def __init__(self, path):
        super().__init__(path, self.is_lost)
        self.under_way = self.sacks = self.segments = self.every = 0
        self.acknowledged = {}

    def is_lost(self, frame):
        head = 34 + (frame[46] >> 4) * 4
        number, ack = struct.unpack('>II', frame[38:46])
        data = 14 + struct.unpack('>H', frame[16:18])[0] - head
        self.acknowledged[frame[36:38] + frame[34:36]] = ack
        self.sacks += head > 54 and frame[54:56] == bytes([NOP, NOP]) and frame[56] == SACK
        if data <= 0:
            return False
        before = self.acknowledged.get(frame[34:38], number)
        self.under_way = max(self.under_way, number + data - before & 0x7fffffff)
        self.segments += 1
        return bool(self.every) and self.segments % self.every == 0
