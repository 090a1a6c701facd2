# SPDX-License-Identifier: BSD-2-Clause
"""part - a file server that has a part of the disk, or one of several (`disk` of its section)."""
from disks import PROMPT, at, clean, content, end, gpt, make_image, new_disk, read, shell, system


def between():
    """The server has a part of the disk, between bytes of others that stay; e2fsck must have the same."""
    whole, inner = at('whole.img'), new_disk('part', 8)
    before, behind = b'\xa5' * (3 << 20), b'\x5a' * (1 << 20)
    with open(inner, 'rb') as f, open(whole, 'wb') as to:
        to.write(before + f.read() + behind)
    for name, programs in (('part.tar', ('files', 'e2fsck')), ('apart.tar', ('files',))):
        def change(init, programs=programs):
            for p in programs:
                init = init.replace('task %s\n' % p, 'task %s\n\tdisk 3M 8M\n' % p)
            return init
        make_image(name=name, change=change)
    with system(whole, image='part.tar') as g:
        g.expect(PROMPT)
        shell(g, 'echo one > /disk/x', 'kill virtio-blk', 'cp /lib/data /disk/data', 'kill files',
              'echo two >> /disk/x')
        assert 'Pass 5' in shell(g, 'e2fsck -fy /dev/disk'), g.tail()
        assert 'one\ntwo' in shell(g, 'cat /disk/x'), g.tail()
        end(g)
    with system(whole, image='apart.tar') as g:
        g.expect(PROMPT)
        assert 'another disk, or part of it' in shell(g, 'e2fsck -fy /dev/disk'), g.tail()
        assert 'one\ntwo' in shell(g, 'cat /disk/x'), g.tail()
        end(g)
    with open(whole, 'rb') as f, open(inner, 'wb') as to:
        assert f.read(len(before)) == before, 'bytes before the part have changed'
        to.write(f.read(8 << 20))
        assert f.read() == behind, 'bytes behind the part have changed'
    clean(inner)
    assert content(inner, '/x') == b'one\ntwo\n' and content(inner, '/data') == read('data')


def beyond():
    """A part that ends beyond the disk: there is no disk with files, and one line says why."""
    make_image(name='beyond.tar',
               change=lambda init: init.replace('task files\n', 'task files\n\tdisk 3M 16M\n'))
    with system(new_disk('beyond'), image='beyond.tar') as g:
        g.expect(PROMPT)
        assert 'there is no disk with files' in shell(g, 'ls /disk'), g.tail()
        assert g.text.count('`disk` of files, 32768 sectors from 6144 on, ends beyond them') == 1, g.tail()
        end(g)


def numbered():
    """The server has a partition by its number, not the first one with files; one that is none."""
    whole, inner, first = at('numbered.img'), new_disk('inner', 8), new_disk('first', 1)
    behind = b'\x5a' * (1 << 20)
    table = bytes(512) + gpt(11 << 11, {1: (2048, 2048), 5: (4096, 8 << 11)})
    with open(inner, 'rb') as f, open(first, 'rb') as g, open(whole, 'wb') as to:
        before = table.ljust(1 << 20, b'\xa5') + g.read()
        to.write(before + f.read() + behind)
    for name, number in (('numbered.tar', 5), ('none.tar', 4)):
        def change(init, number=number):
            for p in ('files', 'e2fsck'):
                init = init.replace('task %s\n' % p, 'task %s\n\tdisk partition %d\n' % (p, number))
            return init
        make_image(name=name, change=change)
    with system(whole, image='numbered.tar') as g:
        g.expect(PROMPT)
        assert 'they are a part' not in shell(g, 'disk'), g.tail()
        shell(g, 'echo one > /disk/x', 'kill virtio-blk', 'cp /lib/data /disk/data', 'kill files',
              'echo two >> /disk/x')
        assert 'Pass 5' in shell(g, 'e2fsck -fy /dev/disk'), g.tail()
        assert 'one\ntwo' in shell(g, 'cat /disk/x'), g.tail()
        end(g)
    with open(whole, 'rb') as f, open(inner, 'wb') as to:
        assert f.read(len(before)) == before, 'bytes before the partition have changed'
        to.write(f.read(8 << 20))
        assert f.read() == behind, 'bytes behind the partition have changed'
    clean(inner)
    assert content(inner, '/x') == b'one\ntwo\n' and content(inner, '/data') == read('data')
    with system(whole, image='none.tar') as g:
        g.expect(PROMPT)
        assert 'there is no disk with files' in shell(g, 'ls /disk'), g.tail()
        why = 'partition 4 of `disk`, the disk of files: there is no such partition'
        assert g.text.count(why) == 1, g.tail()
        end(g)


def several():
    """Of three disks, two of one kind, the server and another client have those that they name."""
    disks = [new_disk('several%d' % i, mib) for i, mib in enumerate((8, 8, 10))]
    more = []
    for place, disk in ((6, disks[2]), (5, disks[1])):
        more += ['-drive', 'file=%s,if=none,id=nvme%d,format=raw' % (disk, place),
                 '-device', 'nvme,use-intel-id=on,drive=nvme{0},serial=nvme-{0},addr={0}'.format(place)]
    make_image(name='several.tar', change=name_disks)
    with system(disks[0], image='several.tar', more=more) as g:
        g.expect(PROMPT)
        shell(g, 'echo named > /disk/x', 'sync')
        assert '20480 sectors of 512 bytes (10 MiB), serial number nvme-6' in shell(g, 'disk'), g.tail()
        assert 'another disk, or part of it' in shell(g, 'e2fsck -p /dev/disk'), g.tail()
        shell(g, 'kill nvme')
        assert 'named' in shell(g, 'cat /disk/x'), g.tail()
        end(g)
    for disk in disks:
        clean(disk)
    assert content(disks[1], '/x') == b'named\n'


def name_disks(init):
    init = init.replace('task nvme\n\tstart\n', 'task nvme\n\tstart second 00:05.0\n\tstart third 00:06.0\n'
                        '\tprovides second third\n')
    init = init.replace('task files\n\tstart\n', 'task files\n\tstart\n\tdisk second\n')
    return init.replace('task disk;', 'task disk; disk third;')


CHECKS = (('a part of the disk', between), ('a part of the disk that ends beyond it', beyond),
          ('a partition by its number', numbered), ('several disks', several))
