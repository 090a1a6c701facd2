# SPDX-License-Identifier: BSD-2-Clause
"""mirror.py - a long path for one machine that is both of its ends: what it sends by TCP to the host of
tests/system/net/peer.py comes back from there, addresses exchanged, after a time of the machine's clock.

QEMU delays it: `filter-buffer` gives the machine what has come each half round trip. The mirror sends at
once, and before each HLT the machine waits until it has (bench/scope/turns.c): the host's time has no part in
it while the CPU sleeps before the half round trip is over.
"""
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, '../../tests/system/net'))
import gate  # noqa: E402 (the path is set just above)
import peer  # noqa: E402

LENGTH = 4		# bytes before a frame of -netdev stream


def netdev(path, milliseconds):
    """Options of QEMU: the network `net` of so long a round trip; path: as that of Mirror."""
    delay = 'filter-buffer,id=delay,netdev=net,queue=tx,interval=%d' % (milliseconds * 1000 // 2)
    return ['-netdev', 'stream,id=net,server=off,addr.type=unix,addr.path=' + path, '-object', delay]


def is_for_peer(frame):
    return frame[12:14] == b'\x08\x00' and frame[23] == peer.TCP and frame[30:34] == peer.IP


def exchanged(frame):
    """The checksums are those of the same words in another order."""
    return frame[6:12] + frame[:6] + frame[12:26] + frame[30:34] + frame[26:30] + frame[34:]


class Mirror(gate.Gate, peer.Host):
    """To be used by `with`, as the gate. lose: is called with each frame that would come back; if it returns
    True that is lost."""

    def __init__(self, path, lose=lambda frame: False):
        gate.Gate.__init__(self, path)
        self.lose, self.come, self.answers = lose, b'', []

    def send(self, frame):
        self.answers.append(struct.pack('>I', len(frame)) + frame)

    def turn_back(self, frame):
        if not is_for_peer(frame):
            self.answer(frame)
        elif not self.lose(frame):
            self.send(exchanged(frame))

    def is_silent(self):
        machine, = self.machines
        data, nothing = machine.take()
        self.come += data
        at = 0
        while len(self.come) - at >= LENGTH:
            end = at + LENGTH + struct.unpack_from('>I', self.come, at)[0]
            if end > len(self.come):
                break
            self.turn_back(self.come[at + LENGTH:end])
            at = end
        self.come = self.come[at:]
        machine.kept, self.answers = b''.join(self.answers), []
        machine.deliver()
        return nothing

    def play(self):
        self.wait_for_silence()
        self.machines[0].give_turn()
