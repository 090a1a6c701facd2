# SPDX-License-Identifier: BSD-2-Clause
"""kills - checks of tests/system/files/run: servers are killed at any moment of calls of a program that
checks all bytes, sizes and names. Instructions are time, but time does not skip ahead while the disk works
(`sleep=off`), as then each kill would come before the disk has answered."""
import os
import re
import zlib

from guest import side_by_side
from disks import PROMPT, clean, content, end, new_disk, shell, system

SEEDS, KILLS = (range(1, 11), 1000) if os.environ.get('LONG') else ([1], 100)	# a machine for each seed
PERIOD = 80000		# us: as in tests/system/apps/filetest/killed.c
RANGE = 2000		# us: the program's calls of one period take somewhat less
AT_ONCE = 10		# machines: they are idle for the most part of a period


def killed(names):
    side_by_side(AT_ONCE, killed_by_seed, [(names, seed) for seed in SEEDS])


def killed_by_seed(names, seed):
    """Each call succeeds, and the disk has what was written."""
    disk = new_disk('killed-%s-%d' % (names.replace(',', '-'), seed))
    with system(disk, more=('-icount', 'shift=0')) as g:
        g.expect(PROMPT)
        g.line('filetest killed %d %d &' % (KILLS + KILLS // 10, seed))
        g.expect(PROMPT)
        shell(g, 'killer %s %d %d %d %d' % (names, KILLS, PERIOD, RANGE, seed))
        m = g.seen(r'filetest: killed: (\d+) calls, (\d+) wrong, (\d+) waited, (\d+) quick')
        end(g)
    print('note: %s was killed %d times, seed %d, in %s calls; %s of them waited; '
          '%s times reads sent no message'
          % ((names, KILLS, seed) + m.group(1, 3, 4)))
    wrong = re.findall(r'filetest: wrong: .*', g.text)
    assert not wrong and m.group(2) == '0', '\n'.join(wrong)
    assert 'killer: %d of %d' % (KILLS, KILLS) in g.text, g.tail()
    assert int(m.group(3)) > KILLS // 2, g.tail()
    assert int(m.group(4)) > KILLS // 2, g.tail()
    files = re.findall(r'filetest: /k/(f\d) (\d+) (\d+)', g.text)
    assert len(files) == 3, g.tail()
    for name, size, total in files:
        data = content(disk, '/k/' + name)
        assert (len(data), zlib.adler32(data)) == (int(size), int(total)), name
    clean(disk)


CHECKS = [
    ('kill: files, at any moment of calls', killed, 'files'),
    ('kill: virtio-blk, at any moment of calls', killed, 'disk'),
    ('kill: files and virtio-blk in turn, at any moment of calls', killed, 'files,disk'),
]
