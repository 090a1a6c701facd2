# SPDX-License-Identifier: BSD-2-Clause
"""waits.py - tests/hostile/waits.c, for run: what root does for a parent that waits has its priority."""
from guest import Guest, GuestError

PROMPT = r'^pecan> '
SECTIONS = 'task hostile; uses names console; rights spawn\ntask busy; priority 20\n'


def waits(make_image, what, init):
    with Guest('--boot', make_image(init + SECTIONS)) as guest:
        guest.expect(PROMPT)
        guest.line('hostile waits %s busy' % what)
        status = guest.expect(r'hostile: exit status (\d+)\n').group(1)
        if status != '42':
            raise GuestError('it had to wait: exit status ' + status)


def rows(make_image, init):
    """[(name, function, arguments)]; init: a system with a shell."""
    name = 'beside a thread between the priorities a parent learns of '
    return [(name + 'a start that fails', waits, make_image, 'start', init),
            (name + 'one of two children, which is ending', waits, make_image, 'any', init)]
