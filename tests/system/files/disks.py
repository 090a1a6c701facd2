# SPDX-License-Identifier: BSD-2-Clause
"""disks - what tests of the file server share: disks made and read by the host's e2fsprogs, a machine that
has one, programs typed at its shell."""
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tools'))
from guest import HANG, PROMPT, Guest, GuestError, O, TOP, empty, ports_are_built, virtio_disk  # noqa: E402

GPT = '<8sIIIIQQQQ16sQIII'
KILLS = 100
NO_CHECKSUMS = ('-O', '^metadata_csum')		# the server does not repair such a disk
LOG_FLUSH, LOG_FUA, LOG_DISCARD = 1, 2, 4
folder = [None]


def at(name):
    """A file of the test."""
    return os.path.join(folder[0], name)


def tool(name):
    """A program of e2fsprogs, which may be in a folder that a user's PATH has not."""
    return shutil.which(name) or '/sbin/' + name


def host(*command, good=(0,)):
    """Run a command of the host; its output."""
    done = subprocess.run([tool(command[0])] + list(command[1:]), capture_output=True, timeout=HANG)
    if done.returncode not in good:
        raise GuestError('%s: status %d\n%s' % (' '.join(command), done.returncode,
                                                (done.stdout + done.stderr).decode('latin-1')))
    return done.stdout


def new_disk(name, mib=16, options=()):
    path = at(name + '.img')
    with open(path, 'wb') as f:
        f.truncate(mib << 20)
    host('mke2fs', '-q', '-F', '-t', 'ext4', '-O', '^has_journal', *options, path)
    return path


def gpt(sectors, parts, sector=512):
    """A disk from sector 1 on: the table of a GPT; parts: number, from 1: (first sector, sectors)."""
    table = bytearray(128 * 128)
    for number, (first, size) in parts.items():
        entry = bytes(range(1, 33)) + struct.pack('<QQ', first, first + size - 1)
        table[128 * (number - 1):128 * (number - 1) + len(entry)] = entry
    fields = [b'EFI PART', 1 << 16, 92, 0, 0, 1, sectors - 1, 34, sectors - 34, bytes(16), 2, 128, 128,
              zlib.crc32(table)]
    fields[3] = zlib.crc32(struct.pack(GPT, *fields))
    return struct.pack(GPT, *fields).ljust(sector, b'\0') + table


def system(disk, mem='128', image='image.tar', more=(), device=virtio_disk):
    return Guest('--boot', at(image), '--mem', mem, '--', *device(disk), *more)


def shell(guest, *lines):
    """Type lines, each after the end of the one before; what the last one printed."""
    for line in lines:
        text = guest.command(line)
    return text


def end(guest):
    guest.line('poweroff')
    guest.finish()


def clean(disk):
    host('e2fsck', '-fn', disk)


def content(disk, path):
    """The bytes of a file, as the host sees them."""
    return host('debugfs', '-R', 'cat ' + path, disk)


def writes_all(*programs):
    """For make_image: these programs may write to all of the disk."""
    def change(init):
        for name in programs:
            assert 'task %s\n' % name in init, name
            init = init.replace('task %s\n' % name, 'task %s\n\tpaths w /disk\n' % name)
        return init
    return change


def make_image(*more, name='image.tar', change=lambda init: init, programs=()):
    """A boot image with all programs, and more of them and of files; change: of the system description."""
    with open(O + '/tests/ports.init', encoding='ascii') as f:
        init = f.read().replace('restart 5 60', 'restart 16 1')
    init = change(init + 'task messages; uses *\n')
    path = at('init' if name == 'image.tar' else name + '.init')
    with open(path, 'w', encoding='ascii') as f:
        f.write(init)
    data = at('data')
    with open(data, 'wb') as f:
        f.write(random.Random(1).randbytes(3 << 20))
    programs = [*programs, *(O + '/tests/' + n for n in ('messages', 'filetest', 'killer'))]
    programs += [O + '/bin/' + n for n in os.listdir(O + '/bin')]
    image = at(name)
    subprocess.run(['tools/mkboot', image, path] + programs + ['--', data, *more], check=True)


def read(name):
    with open(at(name), 'rb') as f:
        return f.read()


def kill_until(guest, task, pattern):
    """End a task again and again until a program in the background has printed something; how often."""
    times, limit = 0, time.monotonic() + HANG
    while not re.search(pattern, guest.text, re.M):
        if times < KILLS:
            shell(guest, 'kill ' + task)
            times += 1
        else:
            shell(guest, '')
        if time.monotonic() > limit:
            raise GuestError('/%s/ did not come%s' % (pattern, guest.tail()))
        time.sleep(0.1)
    return times


def read_log(path):
    """The writes and flushes in a log of QEMU's blklogwrites, of the form of Linux's dm-log-writes."""
    with open(path, 'rb') as f:
        data = f.read()
    magic, version, entries, sector = struct.unpack_from('<QQQI', data)
    assert (magic, version) == (0x6a736677736872, 1)
    at, log = sector, []
    for unused in range(entries):
        first, count, flags, length = struct.unpack_from('<QQQQ', data, at)
        at += sector
        if flags & (LOG_FLUSH | LOG_FUA):
            log.append(None)
        if count and not flags & LOG_DISCARD:
            log.append((first * 512, data[at:at + count * 512]))
            at += count * 512
    return log


def dated(image='image.tar'):
    """The server has the date from the clock's driver, which runs from boot; a file has that time."""
    disk = new_disk('dated')
    with system(disk, image=image) as g:
        g.expect(PROMPT)
        shell(g, 'echo text > /disk/x')
        assert 'text' in shell(g, 'cat < /disk/x') and 'hangs' not in g.text, g.tail()
        end(g)
    clean(disk)
    stat = host('debugfs', '-R', 'stat /x', disk).decode()
    return int(re.search(r'mtime: 0x([0-9a-f]+)', stat).group(1), 16)


def logged(disk, log_path):
    """Options for a disk whose writes and flushes are noted."""
    with open(log_path, 'wb') as f:
        f.truncate(64 << 20)
    return ['-blockdev', 'driver=file,node-name=disk-file,filename=' + disk, '-blockdev',
            'driver=file,node-name=log-file,filename=' + log_path, '-blockdev',
            'driver=blklogwrites,node-name=disk,file=disk-file,log=log-file,log-sector-size=512',
            '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on']


def cuts_of(log, image, chance):
    """For each write: its number and the image after it, then the same without one other write since the last
    flush. None, with the image, at each flush. The image is changed."""
    since = []
    for n, entry in enumerate(log):
        if entry is None:
            since = []
            yield None, image
            continue
        start, data = entry
        since.append((start, bytes(image[start:start + len(data)]), data))
        image[start:start + len(data)] = data
        yield 'after write %d' % n, image
        if len(since) > 1:
            lost = bytearray(image)
            missing = chance.randrange(len(since) - 1)
            start, before, data = since[missing]
            lost[start:start + len(data)] = before
            for start, unused, data in since[missing + 1:]:
                lost[start:start + len(data)] = data
            yield 'after write %d without write %d of this flush' % (n, missing), lost


def begin(name, *targets):
    """Build what the tests need, in a new folder. False: Debian's sources cannot be reached."""
    os.chdir(TOP)
    if not ports_are_built('the file server', *targets):
        return False
    subprocess.run(['tools/deps', 'disk'], check=True)
    folder[0] = os.path.join(O, 'test', name)
    empty(folder[0])
    return True
