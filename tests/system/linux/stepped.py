# SPDX-License-Identifier: BSD-2-Clause
"""stepped.py - functions of the built Linux in gdb on the host, with an event before an instruction.

They only read and write memory. A test is Python for gdb: call() executes a function, calls event() before
instruction number `at` of it, and returns how many there are.
"""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path += [os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tools')]
from guest import HANG, GuestError, O  # noqa: E402 pylint: disable=wrong-import-position

SCRIPT = r"""
set confirm off
set pagination off
starti
python
import gdb
END = int(gdb.parse_and_eval('$rip'))		# where the functions return to
STACK = int(gdb.parse_and_eval('$sp'))

def word(name, offset=0, kind='int'):
    return int(gdb.parse_and_eval('*(%s *)((char *)&%s + %d)' % (kind, name, offset)))

def put(value, name, offset=0, kind='int'):
    gdb.execute('set var *(%s *)((char *)&%s + %d) = %d' % (kind, name, offset, value))

def call(function, arguments, event, at):
    gdb.execute('set $sp = %d' % (STACK - 1032))
    gdb.execute('set *(long *)$sp = %d' % END)
    for register, argument in zip(('rdi', 'rsi'), arguments):
        gdb.execute('set $%s = %d' % (register, argument))
    gdb.execute('set $rip = %s' % function)
    n = 0
    while int(gdb.parse_and_eval('$rip')) != END and n < MOST:
        if n == at:
            event()
        gdb.execute('stepi', to_string=True)
        n += 1
    return n

TEST
end
kill
"""


def lines_of(name, most, python):
    """The words of each line "NAME: ... of N: ..." that the script prints; N: instructions of a call. One of
    `most` did not end: an error."""
    path = os.path.join(O, 'test', name + '.gdb')
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='ascii') as f:
        f.write(SCRIPT.replace('MOST', str(most)).replace('TEST', python))
    said = subprocess.run(['gdb', '-q', '-nx', '-batch', '-x', path, O + '/linux/linux'], capture_output=True,
                          text=True, timeout=HANG, check=False)
    lines = [line.split() for line in said.stdout.splitlines() if line.startswith(name + ': ')]
    if len(lines) < 8 or any('%d:' % most in line for line in lines):
        raise GuestError('gdb did not run it: ' + said.stdout[-800:] + said.stderr[-800:])
    return lines
