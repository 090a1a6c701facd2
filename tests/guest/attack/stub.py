# SPDX-License-Identifier: BSD-2-Clause
"""stub.py - the protocol of gdb with QEMU's stub, as far as the rows need it that stop a machine, look into
it and change it: tests/guest/attack/aside, boots, inject.py. Errors of Stub are OSError.
"""
import contextlib
import os
import socket
import time

from arch import MACHINE  # the path is set by the program
from guest import HANG, Guest, GuestError, O, TOP

WORD = int(MACHINE['WORD_BITS']) // 8		# bytes of a register


def options(path, wait='off'):
    """Of QEMU, for a stub at that socket. wait: on: the machine begins when the stub is connected."""
    if os.path.exists(path):
        os.remove(path)
    return ['-chardev', 'socket,id=gdb,server=on,wait=%s,path=%s' % (wait, path), '-gdb', 'chardev:gdb']


@contextlib.contextmanager
def stopped(*arguments):
    """(guest, stub) of a Guest, whose last arguments are QEMU's, stopped before its first instruction."""
    path = os.path.join(TOP, O, 'attack', 'stub-%d.socket' % os.getpid())
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        with Guest(*arguments, *options(path, 'on')) as guest:
            yield guest, connect(guest, path)
    finally:
        if os.path.exists(path):
            os.remove(path)


def connect(guest, path):
    """The stub, when QEMU listens."""
    while guest.process.poll() is None:
        try:
            return Stub(path, HANG)
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.02)
    raise GuestError('QEMU ended before its gdb stub could be used' + guest.tail())


class Stub:
    """The machine is stopped when it is connected."""

    def __init__(self, path, seconds):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(path)
        self.got = b''
        self.stop()

    def send(self, text):
        data = text.encode('ascii')
        self.socket.sendall(b'$%s#%02x' % (data, sum(data) & 0xff))

    def answer(self):
        """The next packet."""
        while b'#' not in self.got or len(self.got) < self.got.index(b'#') + 3:
            piece = self.socket.recv(4096)
            if not piece:
                raise OSError('the gdb stub has ended')
            self.got += piece
        body, self.got = self.got.split(b'#', 1)
        self.got = self.got[2:]
        self.socket.sendall(b'+')
        return body[body.index(b'$') + 1:].decode('ascii')

    def ask(self, text):
        self.send(text)
        return self.answer()

    def must(self, text):
        answer = self.ask(text)
        if answer != 'OK':
            raise OSError('the gdb stub answers %r to %r' % (answer, text))

    def stop(self):
        """A machine that runs takes no packet."""
        self.socket.sendall(b'\x03')
        self.answer()

    def resume(self):
        self.send('c')

    def step(self):
        self.ask('s')

    def run_to(self, address):
        self.must('Z1,%x,1' % address)
        self.ask('c')
        self.must('z1,%x,1' % address)

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask('g'))[WORD * number:WORD * (number + 1)], 'little')

    def set_register(self, number, value):
        data = bytearray.fromhex(self.ask('g'))
        data[WORD * number:WORD * (number + 1)] = value.to_bytes(WORD, 'little')
        self.must('G' + data.hex())

    def word(self, address):
        return int.from_bytes(bytes.fromhex(self.ask('m%x,%x' % (address, WORD))), 'little')

    def write(self, address, data):
        self.must('M%x,%x:%s' % (address, len(data), data.hex()))

    def monitor(self, command):
        answer = self.ask('qRcmd,' + command.encode().hex())
        while answer != 'OK':
            if not answer.startswith('O'):
                raise OSError('the monitor answers %s to %s' % (answer, command))
            answer = self.answer()

    def detach(self):
        self.ask('D')
