# SPDX-License-Identifier: BSD-2-Clause
"""foreign - disks of forms that other systems make: sectors of 4,096 bytes, sizes, attributes, late dates."""
import os
import re

from disks import (PROMPT, at, clean, content, end, gpt, host, make_image, new_disk, read, shell, system,
                   tool)
from guest import nvme_disk, virtio_disk

LATE, LATE_END = '2040-06-01T12:00:00', 2222208000		# the end of that day
EXTENTS = 0x80000
LARGE = ',logical_block_size=4096,physical_block_size=4096'


def use(disk, device, image='image.tar'):
    """Files are written and read again, with drivers and servers that are ended, and e2fsck finds nothing."""
    def large(path):
        return device(path, device=LARGE)
    with system(disk, image=image, device=large) as g:
        g.expect(PROMPT)
        shell(g, 'echo one > /disk/x', 'cp /lib/data /disk/data', 'kill files', 'echo two >> /disk/x')
        assert 'Pass 5' in shell(g, 'e2fsck -fy /dev/disk'), g.tail()
        assert 'sectors of 4096 bytes' in shell(g, 'disk'), g.tail()
        shell(g, 'disk read 3')
        assert 'one\ntwo' in shell(g, 'cat /disk/x'), g.tail()
        end(g)


def check_files(disk):
    clean(disk)
    assert content(disk, '/x') == b'one\ntwo\n' and content(disk, '/data') == read('data')


def large_sectors():
    """A disk with sectors of 4,096 bytes, of both kinds: the file system on all of it."""
    for device in (virtio_disk, nvme_disk):
        disk = new_disk('large-' + device.__name__, options=('-b', '4096'))
        use(disk, device)
        check_files(disk)


def large_partition():
    """In a partition of such a disk, whose table counts its sectors: the first one, or by its number."""
    whole, inner = at('large-whole.img'), new_disk('large-inner', 8, ('-b', '4096'))
    table = bytes(4096) + gpt(10 << 8, {2: (256, 8 << 8)}, sector=4096)
    make_image(name='second.tar', change=name_second)
    for image in ('image.tar', 'second.tar'):
        with open(inner, 'rb') as f, open(whole, 'wb') as to:
            to.write(table.ljust(1 << 20, b'\xa5') + f.read() + bytes(1 << 20))
        use(whole, virtio_disk, image)
        with open(whole, 'rb') as f, open(at('large-out.img'), 'wb') as to:
            f.seek(1 << 20)
            to.write(f.read(8 << 20))
        check_files(at('large-out.img'))


def name_second(init):
    for p in ('files', 'e2fsck'):
        init = init.replace('task %s\n' % p, 'task %s\n\tdisk partition 2\n' % p)
    return init


def small_blocks():
    """Blocks that are smaller than the disk's sectors are named, and nothing is formatted or repaired."""
    disk = new_disk('small-blocks', options=('-b', '1024'))
    before = open(disk, 'rb').read()
    with system(disk, device=lambda path: virtio_disk(path, device=LARGE)) as g:
        g.expect(PROMPT)
        prompt, g.at = g.at, 0			# the server may say it before the prompt, or later
        g.expect("not supported: blocks that are smaller than the disk's sectors")
        g.at = max(g.at, prompt)
        assert 'there is no disk with files' in shell(g, 'ls /disk'), g.tail()
        end(g)
    assert open(disk, 'rb').read() == before


def sized(size, memory):
    """A sparse disk of this size is mounted by a server with so much memory; files come and go, and are read
    again by the next server and after the machine was switched off."""
    disk = at('sized-%s.img' % size)
    with open(disk, 'wb') as f:
        f.truncate(size_of(size))
    host('mke2fs', '-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-N', '100000', '-E',
         'lazy_itable_init=1,nodiscard', disk)
    make_image(name='sized.tar', change=lambda init: memory_of_files(init, memory))
    with system(disk, image='sized.tar') as g:
        g.expect(PROMPT)
        assert 'the disk:' not in g.text, g.tail()
        shell(g, 'mkdir /disk/a', 'echo one > /disk/a/x', 'cp /lib/data /disk/data',
              'cp /lib/data /disk/gone', 'rm /disk/gone', 'kill files')
        assert 'one' in shell(g, 'cat /disk/a/x'), g.tail()
        end(g)
    assert content(disk, '/a/x') == b'one\n' and content(disk, '/data') == read('data')
    stats = host('dumpe2fs', '-h', disk).decode()
    assert re.search(r'state: +clean$', stats, re.M), stats
    os.unlink(disk)


def size_of(text):
    """In bytes, 1 MiB less: files of the host end below 16 TiB."""
    return (int(text[:-1]) << {'G': 30, 'T': 40}[text[-1]]) - (1 << 20)


def memory_of_files(init, memory):
    before, section, after = re.split(r'(task files\n(?:\t.*\n)*)', init)
    section = re.sub(r'\tkernel-memory .*\n', '', section) if memory != '16M' else section
    return before + section.replace('memory 16M', 'memory ' + memory) + after


def late():
    """The machine's clock is in 2040: files and folders have that year here, and for debugfs."""
    disk = new_disk('late')
    with system(disk, more=('-rtc', 'base=%s' % LATE)) as g:
        g.expect(PROMPT)
        shell(g, 'mkdir /disk/a', 'echo one > /disk/a/x', 'mkdir /disk/a/b')
        assert re.search(r' %s \d\d:\d\d x' % LATE[:10], shell(g, 'ls -l /disk/a')), g.tail()
        end(g)
    host('env', 'E2FSCK_TIME=%d' % LATE_END, tool('e2fsck'), '-fn', disk)
    for name in ('/a', '/a/x', '/a/b'):
        stat = host('debugfs', '-R', 'stat ' + name, disk).decode()
        times = re.findall(r'([acm]|cr)time: 0x([0-9a-f]{8}):([0-9a-f]{8})', stat)
        found = [int(low, 16) - (1 << 32) + ((int(extra, 16) & 3) << 32) for unused, low, extra in times]
        assert len(found) == 4 and all(LATE_END - 86400 <= t < LATE_END for t in found), stat


def attributes():
    """The shell says what attribute of a file or folder is in the way; what is appended is there."""
    disk = new_disk('attributes')
    commands = at('attributes')
    with open(commands, 'w', encoding='ascii') as f:
        f.write(''.join('write %s %s\n' % (at('init'), n) for n in ('fixed', 'log', 'secret')))
        f.write('mkdir d\nwrite %s d/x\n' % at('init'))
        f.write(''.join('sif %s flags 0x%x\n' % (n, EXTENTS | flag) for n, flag in (
            ('fixed', 0x10), ('d', 0x10), ('log', 0x20), ('secret', 0x800))))
    host('debugfs', '-w', '-f', commands, disk)
    with system(disk) as g:
        g.expect(PROMPT)
        for line in ('echo x >> /disk/fixed', 'echo x > /disk/fixed', 'rm /disk/fixed',
                     'mv /disk/fixed /disk/y', 'rm /disk/d/x', 'mkdir /disk/d/y', 'echo x > /disk/d/y'):
            assert 'it is immutable' in shell(g, line), g.tail()
        for line in ('echo x > /disk/log', 'rm /disk/log', 'cp /lib/data /disk/log'):
            assert 'it can only be appended to' in shell(g, line), g.tail()
        assert 'it is encrypted' in shell(g, 'cat < /disk/secret'), g.tail()
        shell(g, 'echo more >> /disk/log')
        end(g)
    host('debugfs', '-w', '-R', 'sif /secret flags 0x%x' % EXTENTS, disk)	# it has no key
    clean(disk)
    assert content(disk, '/log') == read('init') + b'more\n' and content(disk, '/fixed') == read('init')


CHECKS = (('a disk with sectors of 4,096 bytes', large_sectors),
          ('a partition of a disk with sectors of 4,096 bytes', large_partition),
          ('blocks that are smaller than the sectors of the disk', small_blocks),
          ('files that are made in 2040', late),
          ('attributes of files: immutable, append only, encrypted', attributes),
          ('a disk of 200 GiB with 16 MiB of memory', sized, '200G', '16M'),
          ('a disk of 4 TiB with 16 MiB of memory', sized, '4T', '16M'),
          ('a disk of 16 TiB with 24 MiB of memory', sized, '16T', '24M'))
