# SPDX-License-Identifier: BSD-2-Clause
"""gate.py - the cable between the two machines of `make bench-linux`, which lets them run in turns.

QEMU's time is the host's: of two machines on one cable it depends on the host how many frames come with an
interrupt, and so how many instructions a segment needs. The gate keeps the frames of each machine until both
are idle, and then passes on all that it has, with one write: QEMU puts them into the ring of an idle machine
before that executes its next instruction. So the same frames come in the same groups in each run.
"""
import glob
import os
import select
import socket
import struct
import threading
import time

STEP = 0.0005		# seconds between two looks
QUIET = 4		# looks at which all threads of both slept, and no frame came
PIECE = 1 << 20


class Machine:
    """path: the socket for -netdev stream."""

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            os.remove(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(1)
        self.link, self.tasks, self.kept = None, None, b''

    def accept(self):
        self.link = self.listener.accept()[0]
        credentials = self.link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize('3i'))
        self.tasks = '/proc/%d/task/*/stat' % struct.unpack('3i', credentials)[0]

    def sleeps(self):
        """Do all threads of its QEMU sleep? One that waits for a CPU of the host does not."""
        states = []
        for path in glob.glob(self.tasks):
            with open(path, encoding='ascii') as f:
                states.append(f.read().rpartition(')')[2].split()[0])
        return set(states) == {'S'}

    def take(self):
        """What it has sent; None if nothing came. EOFError: it has ended."""
        if not select.select([self.link], [], [], 0)[0]:
            return None
        data = self.link.recv(PIECE)
        if not data:
            raise EOFError
        return data

    def close(self):
        self.listener.close()
        if self.link:
            self.link.close()


class Gate:
    """To be used by `with`: between the machines that connect to these two paths, until one of them ends."""

    def __init__(self, *paths):
        self.machines = [Machine(path) for path in paths]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        for machine in self.machines:
            machine.close()

    def run(self):
        try:
            for machine in self.machines:
                machine.accept()
            while True:
                self.wait_for_silence()
                for machine in self.machines:
                    machine.link.sendall(machine.kept)
                    machine.kept = b''
        except (EOFError, OSError):
            pass

    def wait_for_silence(self):
        quiet = 0
        while quiet < QUIET or not any(machine.kept for machine in self.machines):
            time.sleep(STEP)
            quiet = quiet + 1 if self.is_silent() else 0

    def is_silent(self):
        silent = True
        for machine, other in zip(self.machines, reversed(self.machines)):
            data = machine.take()
            if data:
                other.kept += data
                silent = False
        return silent and all(machine.sleeps() for machine in self.machines)
