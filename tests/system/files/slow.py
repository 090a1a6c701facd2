# SPDX-License-Identifier: BSD-2-Clause
"""slow - a check of tests/system/files/run: a program that reads from a slow disk stops no other one."""
from disks import PROMPT, at, end, host, new_disk, read, shell
from guest import virtio_disk
from monitor import monitored

OTHERS, SLOW = 20, 16384		# programs beside; bytes of the disk a second


def throttle(monitor, most):
    """most: bytes a second; 0: no limit."""
    monitor.command('block_set_io_throttle', device='disk', bps=most, bps_rd=0, bps_wr=0, iops=0, iops_rd=0,
                    iops_wr=0)


def reads(monitor):
    """How many the disk has done."""
    disks = monitor.command('query-blockstats')
    return sum(d['stats']['rd_operations'] for d in disks if d.get('device') == 'disk')


def slow():
    """While one program reads a file, a request in some seconds, others read one that is in the cache. If
    each of them waited for a request, the disk would have done as many meanwhile."""
    disk = new_disk('slow')
    host('debugfs', '-w', '-R', 'write %s data' % at('data'), disk)
    host('debugfs', '-w', '-R', 'write %s small' % at('init'), disk)
    with monitored('--boot', at('image.tar'), '--mem', '128', '--', *virtio_disk(disk)) as (g, monitor, _):
        g.expect(PROMPT)
        shell(g, 'cat /disk/small', 'cat /disk/small > /tmp/small')
        throttle(monitor, SLOW)
        g.line('filetest read /disk/data &')
        g.expect(PROMPT)
        before = reads(monitor)
        for _ in range(OTHERS):
            assert 'system description' in shell(g, 'cat /disk/small'), g.tail()
        done = reads(monitor) - before
        throttle(monitor, 0)
        g.seen('filetest: read all: %d' % len(read('data')))
        end(g)
    print('note: beside %d programs a slow disk did %d requests' % (OTHERS, done))
    assert done < OTHERS, 'the others have waited for the disk'


CHECKS = [('a slow reader', slow)]
