# SPDX-License-Identifier: BSD-2-Clause
"""table.py - the rows of `make attack`: what is tried, how many times, and what must come out.

A row's command prints "attack NAME ROUNDS VALUE", NAME being the row's, after at least as many rounds as it
was asked for. A command can print the lines of several rows: it is run once. docs/security.md says which
promise each row shows.
"""
import collections
import os

import longest_pieces
from arch import MACHINE  # the path is set by the program

O = os.environ.get('O', 'build')

# name; what is tried; rounds in `make test` and `make attack`, rounds with LONG=1; a condition of the value,
# "= N", "<= N" or ">= N"; a function of the rounds that makes the command.
Row = collections.namedtuple('Row', 'name what rounds long wanted command')


# The CPU with all features; the emulator that checks most.
MOST = (MACHINE['GUEST_CPUS'].split(':') * 2)[1]
STRICTEST = 'bochs' if MACHINE['BOCHS_CPU'] else MACHINE['QEMU_CPU']


def guest(test, cpu=MACHINE['QEMU_CPU'], seconds=1000000, device=''):
    """A test of tests/guest/attack/guest; seconds: of the guest's time, after which it counts as hanging."""
    extra = ('env', 'QEMU_EXTRA=-device ' + device) if device else ()
    return lambda rounds: (*extra, 'tests/guest/interface/run', '--image', 'attack', '--shift', '0',
                           '--cpu', cpu,
                           'rounds=%d' % rounds, 'limit=%d' % seconds, test)


def host(test, bits=64):
    """A test of the kernel's core as a program, that prints the row's line."""
    return lambda rounds: ('env', 'ROUNDS=%d' % rounds, '%s/host-test-%d' % (O, bits), '-v', test)


def words(rounds):
    """Plays of the kernel's core as a program, each call undisturbed and disturbed: tests/core/fuzz/words."""
    return ('setarch', '-R', '%s/words' % O, str(rounds))


def large_pages(rounds):
    """Random system calls with large pages, against the reference model: tests/core/model."""
    return ('setarch', '-R', '%s/model-64' % O, '-a', str(rounds))


def aside(kind):
    """NMIs or machine checks while the guest test ASID0001 runs; CHECKED: NMIs on a debug kernel."""
    return lambda rounds: ('tests/guest/attack/aside', kind, str(rounds))


def forever(*options):
    """Random calls and code, beside victims, while a privileged thread changes everything."""
    return lambda rounds: ('tests/guest/attack/forever', *options, str(rounds))


def system(row, *options):
    """A program beside the servers of the real system: tests/guest/attack/ROW."""
    return lambda rounds: ('tests/guest/attack/' + row, *options, str(rounds))


ALL = [
    Row('memory-owned', 'kernel memory used up: wrong errors, effects on others, bytes not back',
        200, 1000, '= 0', guest('AOWN0001')),
    Row('memory-beside', 'kernel memory for pages mapped one by one, while another space unmaps: more of it',
        20, 1000, '= 0', guest('AGRO0001')),
    Row('string-stopped', 'string stopped by the other side: wrong errors, offsets, times, bytes',
        100, 10000, '= 0', guest('ASTR0001')),
    Row('rights', 'random maps, grants, unmaps: rights that the source has not, wrong pages and status',
        10000, 1000000, '= 0', host('HATK0001')),
    Row('rights-large', 'the same by system calls with pages of 2 MiB and 1 GiB, whole and in parts',
        10000, 1000000, '= 0', large_pages),
    Row('preemption-points', 'hostile calls inside long operations: wrong results',
        500, 5000, '= 0', host('HATK0002')),
    Row('words-rewritten', 'UTCB words rewritten as soon as the kernel has read them: other results',
        1000, 100000, '= 0', words),
    Row('between-client', 'a call between two others, a client begins: wrong roots, translations, states',
        700, 60000, '= 0', host('HATK0003')),
    Row('between-server', 'the same, a server begins', 700, 60000, '= 0', host('HATK0004')),
    Row('between-root', 'the same, a privileged thread begins', 700, 60000, '= 0', host('HATK0005')),
    Row('between-guest', 'the same under an emulator, with PCIDs: pages that are wrong, or were revoked',
        300, 22000, '= 0', guest('ABET0001', STRICTEST)),
    Row('forged-senders', 'messages with ids of every class, propagated and redirected: wrong senders',
        10000, 1000000, '= 0', guest('AFRG0001')),
    Row('listening-in', 'waits for every class of id, late ids, redirector cycles: messages of others',
        10000, 1000000, '= 0', guest('AFRG0001')),
    Row('forged-ids', 'every class of id in every place that takes one: wrong results',
        2000, 100000, '= 0', guest('AFRG0002')),
    Row('unmap-between', "short Unmaps between short messages: another's page read or written",
        200, 10000, '= 0', guest('AREC0001', MOST)),
    Row('recycled', 'pages and ports before they are mapped, after they were taken, in new spaces: accesses',
        80, 5000, '= 0', guest('ACYC0001', STRICTEST)),
    Row('recycled-tags', 'the same of pages, with tags of the TLB that other spaces had: wrong accesses',
        300, 100000, '= 0', host('HATK0006')),
    Row('time-theft', '51 games of switches, calls, naps, quanta, delays: thousandths that an equal loses',
        50, 800, '<= 10', guest('ATIM0001')),
    Row('time-below', 'steps of threads while one above them is ready, gaps in its time',
        200, 10000, '= 0', guest('ATIM0002')),
    Row('time-below-root', 'us that priority 200 wakes late, beside tasks that keep root and servers busy',
        10000, 1000000, '<= %d' % longest_pieces.below(200), system('late')),
    Row('time-below-servers-124', 'the same, below the drivers',
        10000, 1000000, '<= %d' % longest_pieces.below(124), system('late')),
    Row('time-below-servers-109', 'the same, below the servers',
        10000, 1000000, '<= %d' % longest_pieces.below(109), system('late')),
    Row('time-share-tasks', "thousandths of the CPU of a task beside one with 25 threads, or ever new ones",
        1000, 60000, '>= 450', system('shares')),
    Row('time-share-gaps', 'ms without the CPU of the same task', 1000, 60000, '<= 50', system('shares')),
    Row('mute-clients', '100 clients that never receive: thousandths that 100 others lose by them',
        10000, 90000, '<= 49', guest('AMUT0001')),
    Row('interrupt-storm', '8,192 interrupts a second: thousandths of the CPU left to equals of the driver',
        1000, 100000, '>= 900', guest('AIRQ0001')),
    Row('level-storm', 'a line that stays active: thousandths of their share left to equals of the driver',
        1000, 100000, '>= 900', guest('AEDU', device='edu')),
    Row('message-flood', 'messages by a driver all the time: thousandths of their share left to its equals',
        1000, 100000, '>= 900', guest('AEDU', device='edu')),
    Row('interrupt-intruder', "attach, detach, acknowledge, receive another's interrupts: successes, losses",
        1000, 100000, '= 0', guest('AIRQ0002')),
    Row('words-left', 'answers without words after another was served: words of the other that come along',
        10000, 1000000, '= 0', guest('AANS0001')),
    Row('selectors', 'any selector, IRET, far jumps, INT n: wrong pointers, traps, selectors but of partners',
        5000, 100000, '= 0', guest('ASEG0001')),
    Row('wild-arguments', 'wild values in registers of all system calls, and in strings: wrong results',
        2000, 100000, '= 0', guest('AWLD0001')),
    Row('wild-places', 'wild IP, SP, flags by ExchangeRegisters and replies: wrong faults, traps, old values',
        5000, 100000, '= 0', guest('AWLD0002')),
    Row('wild-shadows', 'traps behind MOV SS with single steps, unaligned accesses: wrong exceptions',
        200, 100000, '= 0', guest('AWLD0003', STRICTEST)),
    Row('left-overs', "others' words and kernel addresses in registers, vector registers and UTCBs",
        10000, 1000000, '= 0', guest('ALEF0001', MOST)),
    Row('fresh-pages', "others' words in the memory of new tasks: bss, stack, maps, blocks for devices",
        60, 3000, '= 0', system('pages')),
    Row('memory-promised', 'histories of others, then a task uses all of its reserve: too little, or ended',
        30, 10000, '= 0', system('promised')),
    Row('rings', "rings of files and sockets that lie: others' bytes, changed files, servers that end",
        40, 4000, '= 0', system('rings')),
    Row('forever', 'random calls and code for ever: panics, hangs, wrong words, registers, memory not back',
        200000, 10000000, '= 0', forever()),
    Row('forever-debug', 'the same on a debug kernel: its assertions as well',
        100000, 2000000, '= 0', forever('--debug')),
    Row('nmi', 'NMIs at the first 40 instructions of eight entries and exits: late, no report, wrong results',
        100, 1000, '= 0', aside('NMI')),
    Row('nmi-checked', 'NMIs at exits where a debug kernel checks all, with a state in the FPU: the same',
        20, 1000, '= 0', aside('CHECKED')),
    Row('machine-check', 'machine checks there: no report with the address, or the kernel ran on',
        5, 1000, '= 0', aside('MC')),
    Row('virtual-8086', "tasks that stop QEMU's TCG by virtual-8086 mode, which no watchdog ends",
        2, 20, '= 0', system('vm86')),
    Row('tenant', 'all requests to all servers by a task without rights: things gained, wrong, not as before',
        2000, 1000000, '= 0', system('tenant')),
    Row('reserved', 'tasks without a section take all places of the servers: reserved ones that are missing',
        2, 24, '= 0', system('reserved')),
    Row('supervisor-ended', 'the supervisor ended at any moment while it starts a task again: two, or none',
        300, 20000, '= 0', lambda rounds: ('tests/system/programs/races', 'supervisor', str(rounds))),
    Row('child-children', 'hostile threads in child spaces: messages to others, gains, memory not back',
        60, 20000, '= 0', system('spaces', 'children')),
    Row('child-pages', 'pages taken from child spaces that grant them, forge or cancel faults: secrets',
        100, 20000, '= 0', system('spaces', 'pages')),
    Row('child-deaths', 'tasks that end with 4,000 child spaces: fewer spaces, memory that is not back',
        2, 20, '= 0', system('spaces', 'deaths')),
    Row('child-cycles', 'child spaces made and ended: refused ones, memory that is not back',
        20000, 1000000, '= 0', system('spaces', 'cycles')),
    Row('terminal', 'a program in the background wants the terminal: things gained, shown to it, lost',
        2000, 50000, '= 0', system('terminal')),
    Row('boot-parsers', 'boot information, modules, memory maps, ACPI tables changed: faults, panics, hangs',
        5000, 100000, '= 0', host('HATK0007')),
    Row('image-parsers', 'boot image, system description, programs, KIP, MP table changed: faults, hangs',
        5000, 100000, '= 0', lambda rounds: ('env', 'ROUNDS=%d' % rounds, O + '/user-test', 'HATP0001')),
    Row('boots', 'the same, and the boot image, in real boots: panics, resets, no prompt without a message',
        9, 200, '= 0', system('boots')),
    Row('faults-kernel', 'bits and instructions of running drivers and servers changed: panics, hangs',
        100, 10000, '= 0', system('faults')),
    Row('faults-recovered', 'the same: thousandths of the failures after which the clients continue',
        100, 10000, '>= 990', system('faults')),
    Row('faults-unnoticed', 'the same: wrong sectors, pieces of files and bytes of which no client knows',
        100, 10000, '= 0', system('faults')),
    Row('faults-beside', 'the same: tasks without a fault that were ended',
        100, 10000, '= 0', system('faults')),
]


def here(given):
    """The rows that this machine has, with their rounds in `make test` if it has other ones: NAME:ROUNDS."""
    rounds = dict(word.split(':') for word in given.split(',') if word)
    if not rounds:
        return ALL
    unknown = set(rounds) - {row.name for row in ALL}
    if unknown:
        raise SystemExit('tools/machine: ATTACKS names no row: ' + ' '.join(sorted(unknown)))
    return [row._replace(rounds=int(rounds[row.name])) for row in ALL if row.name in rounds]


ROWS = here(MACHINE['ATTACKS'])
