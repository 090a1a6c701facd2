# SPDX-License-Identifier: BSD-2-Clause
"""sessions.py - programs that end with all that they have begun: each is the leader of a session of its own.

timeout(1) makes groups of processes, so a group is not all of it.
"""
import contextlib
import os
import signal
import subprocess
import threading
import time

GRACE = 10			# seconds from SIGTERM to SIGKILL


class Ended(Exception):
    """No program begins any more."""


def status_of(name):
    """The fields of /proc/NAME/stat behind the name of the program; None: the process has ended meanwhile."""
    try:
        with open('/proc/%s/stat' % name, encoding='latin-1') as f:
            return f.read().rpartition(')')[2].split()
    except OSError:
        return None


def members(session):
    """{process: its fields of /proc/PROCESS/stat} of a session, and of what its processes have begun."""
    every = {int(name): status_of(name) for name in os.listdir('/proc') if name.isdigit()}
    every = {process: fields for process, fields in every.items() if fields}
    found = {process for process, fields in every.items() if int(fields[3]) == session}
    more = found
    while more:
        more = {process for process, fields in every.items() if int(fields[1]) in more} - found
        found |= more
    return {process: every[process] for process in found}


def send(number, *sessions):
    """A signal to all processes of sessions. Returns whether there are any that have not ended."""
    found = [item for session in sessions for item in members(session).items()]
    there = [process for process, fields in found if fields[0] != 'Z']
    for process in there:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)
    return bool(there)


class Sessions:
    """Programs that threads run; end() ends them, and lets no other begin."""

    def __init__(self):
        self.leaders, self.lock, self.over = set(), threading.Lock(), False

    def run(self, command, **more):
        """(exit status, seconds of CPU of it and of all below it that was waited for). What it has left
        behind ends with it. more: as of Popen."""
        with self.lock:
            if self.over:
                raise Ended
            process = subprocess.Popen(command, start_new_session=True, **more)
            self.leaders.add(process.pid)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)	# its number is not given out again yet
        while send(signal.SIGKILL, process.pid):
            time.sleep(0.01)
        with self.lock:
            self.leaders.remove(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, usage.ru_utime + usage.ru_stime

    def end(self):
        """For the main thread, which runs no program itself."""
        with self.lock:
            self.over = True
        number, until = signal.SIGTERM, time.monotonic() + GRACE
        while self.send(number):
            time.sleep(0.1)
            number = signal.SIGKILL if time.monotonic() > until else 0

    def send(self, number):
        with self.lock:
            return send(number, *self.leaders)
