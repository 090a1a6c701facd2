# SPDX-License-Identifier: BSD-2-Clause
"""waits.py - tests/guest/hostile/waits.c, for run: what root does for a parent that waits has its priority.
What root reports of a program whose stack would be more than its limit leaves. And a wait for a name that no
section provides."""
from guest import Guest, GuestError, PROMPT

REFUSED = 'task rtc; uses names console; irq 8; ports 70-71\ntask hostile; uses names console rtc\n'
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


def unprovided(make_image, init):
    """The server, whose section lacks `provides`, gives the reason for its end, and so does its client."""
    with Guest('--boot', make_image(init + REFUSED)) as guest:
        guest.expect(PROMPT)
        guest.line('rtc')
        guest.expect('^rtc: .*its section does not have it in `provides`$')
        guest.expect(PROMPT)
        guest.line('hostile beside')
        guest.expect('^hostile: rtc: no section of the system description has the name in `provides`$')
        guest.expect('hostile: exit status 1$')


def rows(make_image, init):
    """[(name, function, arguments)]; init: a system with a shell."""
    name = 'beside a thread between the priorities a parent learns of '
    return [(name + 'a start that fails', waits, make_image, 'start', init),
            (name + 'one of two children, which is ending', waits, make_image, 'any', init),
            ('a server without its name, and a client that waits for it', unprovided, make_image, init),
            ('a stack beyond the limit of memory is reported so', stack, make_image, init)]
