# SPDX-License-Identifier: BSD-2-Clause
"""gate.py - the cable between the two machines of `make bench-linux`, which lets them run in turns.

QEMU's time is the host's: of two machines on one cable it depends on the host when a frame comes, how many
come with an interrupt, and so how many instructions a segment needs. Here the host's time has no part. Before
each HLT a machine waits for its turn (bench/scope/turns.c), and its time stands still. The gate keeps the
frames of each machine until both wait, passes on all that it has, and gives the turn to those that got some;
to both if there was none, and then their time jumps to their next timer (-icount sleep=off).
"""
import glob
import os
import select
import socket
import struct
import threading
import time

STEP = 0.0005		# seconds between two looks
QUIET = 3		# looks at which all threads of both slept, and nothing came
PIECE = 1 << 20


def turns(path):
    """The socket of the turns of the machine whose end of the cable is path."""
    return path + '.turns'


def listen(path):
    if os.path.exists(path):
        os.remove(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    return listener


def take(link):
    """What has come; b'' if nothing has. EOFError: the other side has ended."""
    if not select.select([link], [], [], 0)[0]:
        return b''
    data = link.recv(PIECE)
    if not data:
        raise EOFError
    return data


class Machine:
    """path: the socket for -netdev stream; that of the plugin's turns is turns(path)."""

    def __init__(self, path):
        self.listeners = [listen(path), listen(turns(path))]
        self.links, self.tasks = [], None
        self.kept = b''			# for this machine
        self.waits = False		# for its turn

    def accept(self):
        self.links = [listener.accept()[0] for listener in self.listeners]
        credentials = self.links[0].getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize('3i'))
        self.tasks = '/proc/%d/task/*/stat' % struct.unpack('3i', credentials)[0]

    def sleeps(self):
        """Do all threads of its QEMU sleep? One that waits for a CPU of the host does not."""
        states = []
        for path in glob.glob(self.tasks):
            with open(path, encoding='ascii') as f:
                states.append(f.read().rpartition(')')[2].split()[0])
        return set(states) == {'S'}

    def take(self):
        """(the frames that it has sent, is this all that it did?)"""
        frames, ends = (take(link) for link in self.links)
        self.waits = self.waits or bool(ends)
        return frames, not frames and not ends and self.sleeps()

    def deliver(self):
        self.links[0].sendall(self.kept)
        self.kept = b''

    def give_turn(self):
        if self.waits:
            self.waits = False
            self.links[1].sendall(b'.')

    def close(self):
        for s in self.listeners + self.links:
            s.close()


class Gate:
    """To be used by `with`: between the machines that connect to these two paths, until one of them ends."""

    def __init__(self, *paths):
        self.machines = [Machine(path) for path in paths]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        for machine in self.machines:
            machine.close()

    def run(self):
        try:
            for machine in self.machines:
                machine.accept()
            while True:
                self.play()
        except (EOFError, OSError):
            self.close()		# the other machine runs on

    def play(self):
        """One turn."""
        self.wait_for_silence()
        receivers = [machine for machine in self.machines if machine.kept]
        for machine in receivers:
            machine.deliver()
        if receivers:
            self.wait_for_silence()		# until QEMU has put the frames into the ring
        for machine in receivers or self.machines:
            machine.give_turn()

    def wait_for_silence(self):
        quiet = 0
        while quiet < QUIET:
            time.sleep(STEP)
            quiet = quiet + 1 if self.is_silent() else 0

    def is_silent(self):
        silent = True
        for machine, other in zip(self.machines, reversed(self.machines)):
            frames, nothing = machine.take()
            other.kept += frames
            silent = silent and nothing
        return silent
