# SPDX-License-Identifier: BSD-2-Clause
"""common - what checks of devices share: disks, boot images, lines typed at the shell."""
import os
import re
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tools'))
from guest import O, PROMPT  # noqa: E402

WORK = os.path.join(O, 'test', 'devices')
SECTOR, MIB = 512, 1 << 20
CHECKED = 64 * 8 * SECTOR		# what `disk check` writes
PAUSE = 0.4				# seconds; shorter or longer is as good
KILLS = 6
LINE = ',vectors=0'			# a device of virtio without messages


def make_disk(name, size=4 * MIB, data=b''):
    path = os.path.join(WORK, name)
    with open(path, 'wb') as f:
        f.write(data)
        f.truncate(size)
    return path


def image(name, change, *more):
    """A boot image with another system description, and more programs."""
    init, path = (os.path.join(WORK, name + kind) for kind in ('.init', '.tar'))
    with open('user/init', encoding='ascii') as f:
        text = change(f.read())
    with open(init, 'w', encoding='ascii') as f:
        f.write(text)
    programs = [os.path.join(O, 'bin', p) for p in ('names', 'console', 'pci', 'virtio-blk', 'shell', 'disk')]
    subprocess.run(['tools/mkboot', path, init] + programs + list(more), check=True)
    return path


def with_section(text, name):
    """The description, and a section that the images with ports have."""
    with open('user/init.ports', encoding='ascii') as f:
        return text + re.search(r'^(@\w+ )?task %s\n((@\w+)?\t.*\n)+' % name, f.read(), re.M).group()


def often(text):
    """Drivers that are started again however often they end."""
    return text.replace('restart 5 60', 'restart 16 1')


def shell(guest, line, want):
    guest.line(line)
    found = guest.expect(want)
    guest.expect(PROMPT)
    return found


def contents(path, size=CHECKED):
    with open(path, 'rb') as f:
        return f.read(size)


def pattern(rounds):
    """What `disk check` has written at last."""
    return b''.join(struct.pack('<I', (rounds * 2654435761 & 0xffffffff) ^ i) for i in range(0, CHECKED, 4))
