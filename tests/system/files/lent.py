# SPDX-License-Identifier: BSD-2-Clause
"""lent - a check of tests/system/files/run: the cache grows into free memory, and gives it back at once."""
import re

from disks import PROMPT, at, end, host, make_image, new_disk, read, shell
from guest import O, virtio_disk
from monitor import monitored
from slow import reads

BYTES, LEAST = 9 << 20, 6 << 10		# of the file; KiB of it that must be copied
TAKER = '\ntask hostile; uses names console; memory 48M\n'


def number(guest, line, pattern):
    guest.line(line)
    found = guest.expect(pattern)
    guest.expect(PROMPT)
    return int(found.group(1))


def copied(guest):
    """KiB that have copies."""
    return number(guest, 'mem', r'of the free memory (\d+) KiB have copies')


def counted(guest, monitor):
    """What wc says of the file, and how many reads of the disk it took."""
    before = reads(monitor)
    words = re.search(r'^\d+ \d+ %d' % BYTES, shell(guest, 'wc < /disk/data'), re.M)
    assert words, guest.tail()
    return words.group(), reads(monitor) - before


def taken(guest):
    """KiB that a program gets which takes as much memory as it can."""
    guest.line('hostile memory &')
    guest.expect('no memory is left')
    used = number(guest, 'mem', r' hostile +\d+ +\d+ +(\d+) ')
    shell(guest, 'kill hostile')
    return used


def lent():
    """A file that is larger than the cache is read again without the disk. A program then gets as much
    memory as before, and the file is read right after that, and when the server was ended."""
    disk, path = new_disk('lent', 64), at('lent-data')
    with open(path, 'wb') as f:
        f.write((read('data') * 3)[:BYTES])
    host('debugfs', '-w', '-R', 'write %s data' % path, disk)
    make_image(name='lent.tar', change=lambda init: init + TAKER, programs=[O + '/tests/hostile'])
    with monitored('--boot', at('lent.tar'), '--mem', '112', '--', *virtio_disk(disk)) as (g, monitor, _):
        g.expect(PROMPT)
        shell(g, 'wc < /init')		# its pages that no task writes stay
        without = taken(g)
        words, first = counted(g, monitor)
        again, second = counted(g, monitor)
        grown = copied(g)
        cached = number(g, 'df', r'^ +KIB .* CACHED\n.* (\d+)\n')
        assert first > 0 and second == 0 and again == words, (first, second, again, words)
        assert grown >= LEAST and cached >= grown, (grown, cached)
        used = taken(g)
        assert used >= without, (used, without)
        assert counted(g, monitor)[0] == words and counted(g, monitor)[0] == words and copied(g) >= LEAST
        shell(g, 'kill files')
        assert copied(g) == 0 and counted(g, monitor)[0] == words
        end(g)
    print('note: of %d KiB of a file %d were copied; a program got %d KiB of memory, and %d without them'
          % (BYTES >> 10, grown, used, without))


CHECKS = [('a cache in free memory', lent)]
