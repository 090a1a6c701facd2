# SPDX-License-Identifier: BSD-2-Clause
"""trial.py - run a program that may hang or print without end, and end it without looking at the clock.

How long something takes says nothing on a busy machine. So a program is ended when it and its children have
used more CPU time than they may, or when they have all slept for IDLE looks and used none: an emulator whose
machine is halted for good sleeps, one that only gets no CPU is ready to run.
"""
import os
import re
import select
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tools'))
from sessions import members, send, status_of  # noqa: E402 (the path is set just above)

TICK = os.sysconf('SC_CLK_TCK')
IDLE = 120			# looks, one in a second at most
OUTPUT = 1 << 24		# bytes: what prints more hangs
NO_LIMIT = 1 << 20		# CPU seconds, of what is known to end
playing = set()			# sessions that play() has made and not ended


def clean_environment():
    """Ours without what a make that called us would hand down to another make."""
    make = ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEOVERRIDES', 'QEMU_EXTRA', 'ROOT', 'MODE', 'CC', 'HOSTCC',
            'OPTIMIZE', 'INSPECT', 'V')
    return dict({k: v for k, v in os.environ.items() if k not in make}, O='build', DEPS='no')


class Outcome:
    """why: None if all passed. cpu: seconds that it used."""

    def __init__(self, why, cpu, text):
        self.why, self.cpu, self.text = why, cpu, text


def states(process):
    """Of its threads."""
    try:
        threads = os.listdir('/proc/%d/task' % process)
    except OSError:			# it has ended meanwhile
        return []
    found = [status_of('%d/task/%s' % (process, thread)) for thread in threads]
    return [fields[0] for fields in found if fields]


class Watch:
    """The CPU time of a session, and whether all of it sleeps for good."""

    def __init__(self, session, limit):
        self.session, self.limit, self.used, self.idle = session, limit, 0, 0
        self.next = time.monotonic() + 1

    def look(self):
        """Why the session is to be ended, or None."""
        if time.monotonic() < self.next:
            return None
        self.next = time.monotonic() + 1
        found = members(self.session)
        used = sum(int(ticks) for fields in found.values() for ticks in fields[11:15])
        sleeps = all(state == 'S' for process in found for state in states(process))
        self.idle = self.idle + 1 if sleeps and used == self.used else 0
        self.used = used
        if used > self.limit * TICK:
            return 'hangs: %d s of CPU time' % self.limit
        return 'hangs: sleeps for good' if self.idle >= IDLE else None


def read_some(stream, text):
    """(what has come so far, whether more may come); waits a second at most."""
    if not select.select([stream], [], [], 1)[0]:
        return text, True
    piece = os.read(stream.fileno(), 65536)
    return text + piece.decode('latin-1').replace('\r', ''), bool(piece)


def follow(process, limit, bad, end):
    """(why it failed or None, what it printed); the status of a process that ended is looked at by play."""
    watch, text, seen, alive = Watch(process.pid, limit), '', 0, True
    while alive:
        text, alive = read_some(process.stdout, text)
        whole = text.rfind('\n') + 1 if alive else len(text)
        failed = re.search(bad, text[seen:whole], re.M)
        if failed:
            return failed.group(), text
        if end and re.search(end, text[seen:whole], re.M):
            return None, text
        seen = whole
        why = watch.look() or ('hangs: prints without end' if len(text) > OUTPUT else None)
        if why:
            return why, text
    return '', text


def end_all():
    for session in list(playing):
        send(signal.SIGKILL, session)


def play(command, folder, limit, bad, end=None, env=None):
    """Run a command until a line matches bad (then it failed), or end, or it ends by itself; an Outcome."""
    with subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as process:
        playing.add(process.pid)
        why, text = follow(process, limit, bad, end)
        if why != '':
            send(signal.SIGKILL, process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        send(signal.SIGKILL, process.pid)
        playing.discard(process.pid)
    if why == '':
        why = 'ends with status %d' % process.returncode if end or process.returncode else None
    return Outcome(why, usage.ru_utime + usage.ru_stime, text)
