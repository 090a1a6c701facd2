# SPDX-License-Identifier: BSD-2-Clause
"""opened - checks of tests/system/files/run with files that a program keeps open, while the server is killed,
or the name leads elsewhere or is removed."""
import re
import time

from disks import PROMPT, clean, content, end, host, kill_until, new_disk, shell, system
from guest import HANG


def held():
    """A file that is open stays so while the server is killed: its program reads what it wrote."""
    disk = new_disk('held')
    with system(disk) as g:
        g.expect(PROMPT)
        shell(g, 'filetest hold 1500 &')
        kill_until(g, 'files', r'filetest: \d+ blocks')
        end(g)
    assert 'filetest: 1500 blocks, 0 wrong' in g.text, g.tail()
    clean(disk)


def replaced():
    """An open file whose name leads to another one is not mistaken for that after a restart of the server."""
    disk = new_disk('replaced')
    with system(disk) as g:
        g.expect(PROMPT)
        g.line('filetest replaced &')
        g.expect('filetest: writes')
        shell(g, 'echo other > /disk/other', 'mv /disk/other /disk/replaced', 'kill files')
        g.seen('filetest: ended by ENOENT')
        end(g)
    clean(disk)
    assert content(disk, '/replaced') == b'other\n'


def hold_removed(guest, line):
    """Start a program that keeps a removed file of 600 blocks open; the task of the line."""
    guest.line(line + ' &')
    task = guest.expect(r'^\[(\d+)\] ').group(1)
    guest.expect('filetest: 600 blocks, removed: 0')
    return task


def free_kib(guest):
    guest.line('df')
    return int(guest.expect(r'^ *\d+ +(\d+) +\d+ +\d+ +\d+\r?$').group(1))


def free_blocks(disk):
    return int(re.search(r'^Free blocks: +(\d+)$', host('dumpe2fs', '-h', disk).decode(), re.M).group(1))


def removed_open():
    """What a removed file has is free when the program that has it open is killed, though another program
    keeps the server busy; and after poweroff, which ends programs and their children. Time is counted, so
    that a slow host does not make the server idle."""
    disk = new_disk('removed-open')
    free = free_blocks(disk)
    with system(disk, more=('-icount', 'shift=5,sleep=off')) as g:
        g.expect(PROMPT)
        before = free_kib(g)
        g.line('filetest poll &')
        g.expect('filetest: polls')
        task = hold_removed(g, 'filetest removed 600')
        assert free_kib(g) < before, g.tail()
        g.line('kill ' + task)
        limit = time.monotonic() + HANG
        while free_kib(g) != before:
            assert time.monotonic() < limit, g.tail()
        hold_removed(g, 'filetest removed 600')
        hold_removed(g, 'shell -c "filetest removed 600"')	# a child of a program
        end(g)
    clean(disk)
    assert free_blocks(disk) == free
