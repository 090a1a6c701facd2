# SPDX-License-Identifier: BSD-2-Clause
"""restarts.py - what others see while a server is started again, and what root keeps for it; for run."""
from guest import Guest, GuestError, PROMPT

COUNTED = ('--', '-icount', 'shift=0,sleep=off')
RESTART = 'restart 3 1000000'
SYSTEM = """task names; start; rights names; keep 16K; priority 120; RESTART
task console; start; uses names; provides console; rights log; irq 1 4; ports 60 64 3f8-3ff; RESTART
task shell; start; uses names console; rights spawn kill inspect terminal; priority 110 254; RESTART
""".replace('RESTART', RESTART)
RTC = 'task rtc; start; uses names console; provides rtc; irq 8; ports 70-71; priority 120; '
RECORDS, KEPT = 512, 50		# user/root/task/task_table.c: of the records those for the supervisor and `start`
OTHERS = 6			# supervisor, the four servers, and the program that takes the records


def names_window(make_image):
    """The client has a higher priority than the restart, so each of its requests comes before that."""
    with Guest('--boot', make_image(SYSTEM + 'task hostile; uses names console; provides hostile*; '
                                    'rights kill; priority 200\n')) as guest:
        guest.expect(PROMPT)
        guest.line('hostile rename')
        status = guest.expect(r'hostile: exit status (\d+)\n').group(1)
        if status != '42':
            raise GuestError('exit status %s%s' % (status, guest.tail()))


def starved(make_image):
    """What rtc needs beyond its reserve is taken when it has ended: it is started when that comes back."""
    init = SYSTEM + RTC + 'memory 2M; reserve 64K; %s\n' % RESTART
    init += 'task hostile; uses names console; rights kill; memory 36M; kernel-memory 2M; priority 200\n'
    with Guest('--boot', make_image(init), '--mem', '48') as guest:
        guest.expect(PROMPT)
        guest.line('hostile starve &')
        guest.expect(r'root: cannot start rtc( yet)?: no memory is left for it')
        guest.line('kill hostile')
        guest.expect(r'root: rtc is started again, as task \d+')
        guest.line('names')
        guest.expect(r'^rtc +\d+')


def records(make_image):
    """Programs have all records of tasks that they can get: each server is started again all the same."""
    init = SYSTEM + RTC + '%s\n' % RESTART
    init += 'task hostile; uses names console; rights spawn; reserve 256K; tasks %d\n' % RECORDS
    with Guest('--boot', make_image(init), '--mem', '1024') as guest:
        guest.expect(PROMPT)
        guest.line('hostile records &')
        started = int(guest.expect(r'no record is left for another task beside (\d+)\n').group(1))
        if started + OTHERS != RECORDS - KEPT:
            raise GuestError('%d tasks beside %d' % (started, OTHERS))
        guest.line('hostile rest')
        guest.expect(r'^hostile: too many')
        for name in ('rtc', 'names', 'console', 'shell'):
            guest.line('kill ' + name)
            guest.expect(r'root: %s is started again' % name)
            guest.expect(PROMPT)


def quiet(make_image):
    """Without heartbeats root wakes for a notice that is still to be taken, and no more when it has been."""
    init = SYSTEM.replace('rights spawn kill inspect', 'rights spawn') \
        + 'task hostile; uses names console; rights spawn inspect; start note\n'
    with Guest('--boot', make_image(init), *COUNTED) as guest:
        m = guest.expect(r'hostile: root used (\d+) us for a request, and (\d+) us more in \d+ s')
        if int(m.group(2)) > int(m.group(1)) + 1:
            raise GuestError(m.group())


def as_often(make_image):
    """A console without rights ends at once, each time: with `restart 2` it is started again twice."""
    init = 'task names; start; rights names\ntask console; start; provides console; restart 2 1000000\n'
    with Guest('--boot', make_image(init)) as guest:
        guest.expect(r'root: console has ended 3 times in 1000000 s: it is not started again')
        again = guest.text.count('root: console is started again')
        if again != 2:
            raise GuestError('started again %d times' % again)


def claims(make_image):
    """24 ports one by one are all of a task's claims, and those that it gives back it can have again."""
    init = SYSTEM + 'task hostile; uses names console; ports 2600-263f\n'
    with Guest('--boot', make_image(init)) as guest:
        guest.expect(PROMPT)
        guest.line('hostile claims')
        claimed = int(guest.expect(r'^hostile: (\d+) claims\n').group(1))
        status = int(guest.expect(r'hostile: exit status (\d+)\n').group(1))
        if (claimed, status) != (24, 42):
            raise GuestError('%d claims, status %d' % (claimed, status))


def larger(make_image):
    """A section with more `memory` than the machine has: it is to be lowered, and both sizes are named."""
    init = SYSTEM + 'task hostile; uses names console; memory 300M\n'
    with Guest('--boot', make_image(init)) as guest:
        guest.expect(PROMPT)
        guest.line('hostile')
        guest.expect(r"hostile: the program's memory limit is reached, or wrong \(`memory` in its section\)")
        guest.expect(r'root: cannot start hostile: `memory` of its section is 307200 KiB, and the machine '
                     r'has 2\d{5} KiB for programs: lower it')
        guest.expect(PROMPT)


def advised(make_image):
    """Each message says what is needed; with that the program runs."""
    init = SYSTEM + 'task hostile; start; uses names console; memory 100M\n'
    with Guest('--boot', make_image(init), '--append', 'kmem=2M') as guest:
        kmem = guest.expect(r'lower `memory` of their sections, or boot with (kmem=\d+K)\n').group(1)
    with Guest('--boot', make_image(init), '--append', kmem) as guest:
        guest.expect(r'root: hostile \(task 5\) has ended')
    init = SYSTEM + 'task hostile; uses names console; memory %s\n'
    with Guest('--boot', make_image(init % '60K')) as guest:
        guest.expect(PROMPT)
        guest.line('hostile')
        least = guest.expect(r'cannot start hostile: it needs (\d+) KiB at least \(`memory`').group(1)
    with Guest('--boot', make_image(init % (least + 'K'))) as guest:
        guest.expect(PROMPT)
        guest.line('hostile')
        guest.expect(r'hostile: exit status \d+')


def rows(make_image, unused):
    """[(name, function, arguments)]"""
    return [(name, function, make_image) for name, function in (
        ('restart: names is asked while it does not run', names_window),
        ('restart: a server for which there is too little memory', starved),
        ('a program with more memory than there is', larger),
        ('what a message says is needed is enough', advised),
        ('restart: all records of tasks are taken', records),
        ('restart: idle without heartbeats', quiet),
        ('restart: as often as the section says', as_often),
        ('claims of a task on devices', claims),
    )]
