# SPDX-License-Identifier: BSD-2-Clause
"""waits.py - tests/hostile/waits.c, for run: what root does for a parent that waits has its priority. And
what root reports of a program whose stack would be more than its limit leaves."""
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


def stack(make_image, init):
    with Guest('--boot', make_image(init + 'task hostile; uses names console; memory 4M\n')) as guest:
        guest.expect(PROMPT)
        guest.line('hostile stack')
        why = guest.expect(r'root: hostile .* was stopped: (.*), at ip').group(1)
        if 'its limit is 4096 KiB' not in why:
            raise GuestError('root reports: ' + why)


def rows(make_image, init):
    """[(name, function, arguments)]; init: a system with a shell."""
    name = 'beside a thread between the priorities a parent learns of '
    return [(name + 'a start that fails', waits, make_image, 'start', init),
            (name + 'one of two children, which is ending', waits, make_image, 'any', init),
            ('a stack beyond the limit of memory is reported so', stack, make_image, init)]
