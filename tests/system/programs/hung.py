# SPDX-License-Identifier: BSD-2-Clause
"""hung.py - servers that hang, for run: root finds each within 15 s, and starts it again.

Each is tests/guest/hostile, which prints the machine's time when it starts to hang, with the heartbeat that
the servers of user/init have. 1 instruction is 32 ns, so 15 s of a loop are counted soon.
"""
import re

from guest import Guest, GuestError

LIMIT_US = 15000000
COUNTED = ('--', '-icount', 'shift=5,sleep=off')
SECTION = ('task hostile; uses names console; rights spaces; kernel-memory 1M; start hang %s; heartbeat 10; '
           'restart 1 1000000\n')
# So the check has another worker than the end of the server that hangs.
ABOVE = 'task rtc; start; uses names console; provides rtc; irq 8; ports 70-71; priority 120; heartbeat 10\n'
COMPUTES = 'task busy; uses names; start busy; priority 50\n'


def found(make_image, how, init):
    """It is found twice: the second one is not started before all others are there."""
    since = []
    with Guest('--boot', make_image(init + SECTION % how), *COUNTED) as guest:
        for _ in range(2):
            since.append(int(guest.expect(r'hostile: it hangs from (\d+) us on').group(1)))
            guest.expect(r'root: hostile \(task \d+\) hangs: no heartbeat for 10 s')
        guest.expect(r'root: hostile has ended 2 times in 1000000 s: it is not started again')
        others = set(re.findall(r'root: (\S+) \(task \d+\) hangs', guest.text)) - {'hostile'}
        if others:
            raise GuestError('ended as well: ' + ' '.join(others))
    took = since[1] - since[0]
    print('note: a server that hangs (%s) is found, and started again, after %d us' % (how, took))
    if took > LIMIT_US:
        raise GuestError('%d us, more than %d' % (took, LIMIT_US))


def rows(make_image, init):
    """[(name, function, arguments)]; init: a system without such a server."""
    return [('found within 15 s: ' + name, found, make_image, how, init + beside) for name, how, beside in (
        ('a server in a closed wait', 'closed', ''),
        ('the same, while a program computes', 'closed', COMPUTES),
        ('a server that loops', 'loop', ''),
        ('a server whose child space loops in an endless time slice', 'child', ABOVE),
        ('a server whose worker is in a closed wait', 'worker', ''),
        ('the same worker, while a program computes', 'worker', COMPUTES),
        ('the same worker, while the first thread sends heartbeats', 'beats', ''),
    )]
