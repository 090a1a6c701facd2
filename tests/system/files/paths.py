# SPDX-License-Identifier: BSD-2-Clause
"""paths - what programs may read and write, by the paths of their sections; a disk that is not clean."""
import re
import time

from disks import (HANG, NO_CHECKSUMS, PROMPT, at, clean, content, end, host, make_image, new_disk, read,
                   shell, system)


# Writes to a file without end. Whenever the machine ends after its first write the disk is in use.
WRITES = """lua -e 'while true do f = io.open("/disk/home/f", "w") f:write(("x"):rep(9^6)) f:close() end'"""
STATE_AT = 1024 + 58		# in a file system's superblock
REPAIRED = r'files: the disk: it was in use, and is repaired: \d+ blocks read'


def not_clean():
    """A disk that is not clean, and has no checksums, is used; lines at boot and of df say so."""
    disk = new_disk('not-clean', options=NO_CHECKSUMS)
    host('debugfs', '-w', '-R', 'ssv state 0', disk)
    with system(disk) as g:
        g.expect(PROMPT)
        shell(g, 'echo text > /disk/x', 'df')
        end(g)
    assert g.text.count('files: the disk: it is not marked as clean') == 1, g.tail()
    assert g.text.count('df: /disk: it is not marked as clean') == 1, g.tail()
    assert content(disk, '/x') == b'text\n'


def is_marked_clean(disk):
    with open(disk, 'rb') as f:
        f.seek(STATE_AT)
        return f.read(1)[0] & 1 == 1


def killed_machine():
    """QEMU is killed while files are written: the next boot repairs the disk, with all that was synced."""
    disk = new_disk('killed-machine')
    with system(disk) as g:
        g.expect(PROMPT)
        assert 'the disk:' not in g.text, g.tail()
        shell(g, 'mkdir /disk/home', 'mkdir /disk/kept', 'cp /lib/data /disk/kept/data',
              'echo text > /disk/kept/x', 'sync')
        assert is_marked_clean(disk)
        g.line(WRITES)
        limit = time.monotonic() + HANG
        while is_marked_clean(disk):		# then QEMU is ended
            assert time.monotonic() < limit, g.tail()
    assert not is_marked_clean(disk)
    with system(disk) as g:
        g.expect(PROMPT)
        assert 'df:' not in shell(g, 'df'), g.tail()
        while not re.search(REPAIRED, g.text):		# the prompt may come before the line
            shell(g, 'df')
            assert time.monotonic() < limit, g.tail()
        assert 'text' in shell(g, 'cat /disk/kept/x'), g.tail()
        shell(g, 'echo more > /disk/y')
        end(g)
    clean(disk)
    assert content(disk, '/kept/data') == read('data') and content(disk, '/y') == b'more\n'


def lua(guest, call):
    """What a call of Lua returns."""
    return shell(guest, "lua -e 'print(%s)'" % call)


def paths():
    """A program cannot read, take or replace a file that the paths of its section do not permit."""
    disk, section = new_disk('paths'), 'task cat; uses names console files; paths r /disk/cat\n'
    make_image(name='paths.tar', change=lambda init: init + section)
    with open(at('commands'), 'w', encoding='ascii') as f:
        f.write('mkdir home\nmkdir cat\nwrite %s kept\nsymlink home/out /kept\n' % at('init'))
    host('debugfs', '-w', '-f', at('commands'), disk)
    with system(disk, image='paths.tar') as g:
        g.expect(PROMPT)
        shell(g, 'echo secret > /disk/kept', 'echo text > /disk/cat/x', 'echo link > /disk/home/text')
        for call in ('io.open("/disk/kept", "r+")', 'io.open("/disk/home/out", "a")',
                     'io.open("/disk/new", "w")', 'io.open("/disk/home/../new", "w")',
                     'os.remove("/disk/kept")', 'os.rename("/disk/home/text", "/disk/kept")',
                     'os.rename("/disk/kept", "/disk/home/kept")', 'os.rename("/disk/home", "/disk/other")'):
            assert 'Permission denied' in lua(g, call), call + g.tail()
        assert 'secret' in lua(g, 'io.open("/disk/kept"):read()'), g.tail()
        assert 'no `paths` that permit it' in shell(g, 'cat /disk/kept'), g.tail()
        assert 'text' in shell(g, 'cat /disk/cat/x'), g.tail()
        shell(g, 'sqlite3 /disk/kept "CREATE TABLE t(a)"', 'sqlite3 /disk/home/a.db "CREATE TABLE t(a)"')
        assert 'true' in lua(g, 'os.rename("/disk/home/text", "/disk/home/moved")'), g.tail()
        end(g)
    clean(disk)
    assert content(disk, '/kept') == b'secret\n' and content(disk, '/home/moved') == b'link\n'
    assert content(disk, '/home/a.db')[:6] == b'SQLite'
