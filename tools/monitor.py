# SPDX-License-Identifier: BSD-2-Clause
"""monitor.py - QEMU's monitor: for looking at the machine from outside, pressing keys, plugging devices."""
import contextlib
import json
import os
import re
import socket
import tempfile

from guest import HANG, Guest, GuestError

NAMES = {' ': 'spc', '\n': 'ret', '.': 'dot', '-': 'minus', '|': 'shift-backslash', '&': 'shift-7'}


class Monitor:
    """QEMU's monitor, for looking at the machine from outside."""

    def __init__(self, listener):
        listener.settimeout(HANG)
        self.socket, _ = listener.accept()
        self.socket.settimeout(HANG)
        self.file = self.socket.makefile('rw')
        self.file.readline()
        self.command('qmp_capabilities')

    def command(self, name, **arguments):
        self.file.write(json.dumps({'execute': name, 'arguments': arguments}) + '\n')
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if 'error' in answer:
                raise GuestError('monitor: %s' % answer['error'])
            if 'return' in answer:
                return answer['return']

    def human(self, line):
        return self.command('human-monitor-command', **{'command-line': line})

    def close(self):
        self.file.close()
        self.socket.close()


def press(guest, monitor, text):
    """Each key when the one before it has been echoed: the keyboard's queue is short."""
    for c in text:
        monitor.human('sendkey %s 1' % NAMES.get(c, c))
        guest.expect(re.escape(c))


@contextlib.contextmanager
def monitored(*options):
    """A Guest with these options of tools/qemu; its Monitor, and a folder for what that writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'monitor')
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        rest = [] if '--' in options else ['--']
        with listener, Guest(*options, *rest, '-qmp', 'unix:' + path) as guest:
            monitor = Monitor(listener)
            yield guest, monitor, folder
            monitor.close()
