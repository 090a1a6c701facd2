# SPDX-License-Identifier: BSD-2-Clause
"""fsck - the program e2fsck of the system: what a user types when a disk is not clean."""
import re

from disks import NO_CHECKSUMS, PROMPT, at, clean, content, end, host, make_image, new_disk, shell, system

MENDED = 'FILE SYSTEM WAS MODIFIED'


def write(disk, *commands):
    """Commands of debugfs, which change the disk."""
    with open(at('commands'), 'w', encoding='ascii') as f:
        f.write('\n'.join(commands) + '\n')
    host('debugfs', '-w', '-f', at('commands'), disk)


def mends():
    """Boot and df say that a disk is not clean; e2fsck mends it, and it is clean from then on."""
    disk = new_disk('mends', options=NO_CHECKSUMS)
    write(disk, 'write %s kept' % at('init'), 'sif kept links_count 7', 'ssv state 0')
    with system(disk) as g:
        g.expect(r'files: the disk: it is not marked as clean.*: e2fsck -p /dev/disk ')
        g.expect(PROMPT)
        assert 'e2fsck -p /dev/disk' in shell(g, 'df'), g.tail()
        shell(g, 'echo before > /disk/before')
        assert 'ref count is 7, should be 1.  FIXED.' in shell(g, 'e2fsck -p /dev/disk'), g.tail()
        assert 'df:' not in shell(g, 'df'), g.tail()
        assert 'clean,' in shell(g, 'e2fsck -p /dev/disk'), g.tail()
        shell(g, 'echo after > /disk/after')
        end(g)
    clean(disk)
    assert content(disk, '/before') == b'before\n' and content(disk, '/after') == b'after\n'


def replays():
    """A disk whose journal was not replayed is mounted for reading; after e2fsck for writing, with what the
    journal has."""
    disk, lines = new_disk('replays', options=('-O', 'has_journal')), at('lines')
    with open(lines, 'wb') as f:
        f.write(b'old\n'.ljust(1024))
    write(disk, 'write %s lines' % lines)
    block = host('debugfs', '-R', 'blocks lines', disk).decode().strip()
    with open(lines, 'wb') as f:
        f.write(b'new\n'.ljust(1024))
    write(disk, 'jo', 'jw -b %s %s' % (block, lines), 'jc')
    with system(disk) as g:
        g.expect(r'files: the disk: its journal was not replayed.*: e2fsck -p /dev/disk ')
        g.expect(PROMPT)
        assert 'cannot be written' in shell(g, 'echo text > /disk/x'), g.tail()
        assert 'can be read only' in shell(g, 'df') and 'old' in shell(g, 'cat /disk/lines'), g.tail()
        assert 'recovering journal' in shell(g, 'e2fsck -p /dev/disk'), g.tail()
        assert 'df:' not in shell(g, 'df') and 'new' in shell(g, 'cat /disk/lines'), g.tail()
        shell(g, 'echo text > /disk/x')
        end(g)
    clean(disk)
    assert content(disk, '/x') == b'text\n'


def replaced(init, section, part):
    assert section in init, section
    return init.replace(section, part)


def refuses():
    """e2fsck changes no disk of which files are open, none with -n, and none that `paths` and `uses` of its
    section do not name."""
    disk, section = new_disk('refuses'), 'virtio-blk nvme ahci virtio-rng files\n\tpaths w /disk\n'
    for image, old, new in (('refuses.tar', 'w /disk', 'r /disk'), ('away.tar', 'virtio-blk nvme ahci ', '')):
        part = section.replace(old, new)
        make_image(name=image, change=lambda init, part=part: replaced(init, section, part))
    write(disk, 'write %s kept' % at('init'), 'sif kept links_count 7')
    for image, why in (('image.tar', ''), ('refuses.tar', 'no `paths` that permit it'),
                       ('away.tar', 'Permission denied')):
        with system(disk, image=image) as g:
            g.expect(PROMPT)
            if image == 'image.tar':
                told = shell(g, 'mkdir /disk/home', 'e2fsck -fy /dev/disk > /disk/home/log')
                assert 'programs have files open' in told and 'Resource busy' in told, g.tail()
                told = shell(g, 'e2fsck -fn /dev/disk')
                assert 'is mounted' in told and 'ref count is 7, should be 1' in told, g.tail()
                assert 'No such device' in shell(g, 'e2fsck -n /disk'), g.tail()
            else:
                assert why in shell(g, 'e2fsck -fy /dev/disk'), g.tail()
            shell(g, 'ls /disk')
            end(g)
        assert b'Links: 7' in host('debugfs', '-R', 'stat kept', disk)


LENT = """
local function wait(text)
    local e
    repeat e = select(2, os.rename("/disk/home/absent", "/disk/home/x")) until e:find("busy")
    print(text)
end
wait("lent")
os.execute("kill files")
wait("lent still")
"""


def lent():
    """While e2fsck has the disk the file server does not use it, nor does its successor; then one does."""
    disk, script = new_disk('lent'), at('lent.lua')
    with open(script, 'w', encoding='ascii') as f:
        f.write(LENT)
    write(disk, 'write %s kept' % at('init'), 'sif kept links_count 7')
    rights = '\trights spawn\n\tmemory 16M\n\ntask sqlite3\n'
    make_image(script, name='lent.tar',
               change=lambda init: init.replace(rights, rights.replace('spawn', 'spawn kill inspect')))
    with system(disk, image='lent.tar') as g:
        g.expect(PROMPT)
        shell(g, 'lua lib/lent.lua &')
        g.line('e2fsck -f /dev/disk')
        g.expect(r'(lent still[\s\S]*Fix<y>|Fix<y>[\s\S]*lent still)')
        g.line('y')
        g.expect(MENDED)
        g.expect(PROMPT)
        assert 'task' in shell(g, 'cat /disk/kept') and 'df:' not in shell(g, 'df'), g.tail()
        shell(g, 'echo text > /disk/x')
        end(g)
    clean(disk)
    assert content(disk, '/x') == b'text\n'


CHECKS = (('e2fsck mends a disk that is not clean', mends), ('e2fsck replays a journal', replays),
          ('e2fsck and files that are open', refuses), ('e2fsck while the file server is killed', lent))
