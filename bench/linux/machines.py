# SPDX-License-Identifier: BSD-2-Clause
"""machines.py - the two machines of `make bench-linux`: the same devices, once with Pecan, once with Linux.

The time of the disk is the host's, so the number of instructions in a window is not quite the same each time.
"""
import collections
import contextlib
import glob
import json
import os
import shutil
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, '..'), os.path.join(HERE, '../../tools')]
import gate  # noqa: E402 (the path is set just above)
import rows  # noqa: E402
from guest import Guest, GuestError, O, TOP  # noqa: E402

WORK = os.path.join(TOP, O, 'bench', 'linux')
PLUGIN = os.path.join(TOP, O, 'bench', 'scope.so')
DEBIAN = os.path.join(WORK, 'debian')
ENDS = os.path.join(WORK, 'counted.socket'), os.path.join(WORK, 'peer.socket')	# of the network's cable
LIFE = 1800		# seconds
PROMPT = r'^pecan> '

# In the order in which they are loaded.
MODULES = ('virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk '
           'crc32c_generic crc16 mbcache jbd2 ext4 failover net_failover virtio_net').split()
OPTIONS = 'console=ttyS0 quiet mitigations=off nokaslr norandmaps panic=-1'

# A disk for blocks, of zeros: it answers after 1 ms, so the CPU is idle when the answer comes.
BLOCKS = ['-blockdev', 'driver=null-co,node-name=disk,size=67108864,read-zeroes=on,latency-ns=1000000',
          '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on,ioeventfd=off']


# A network card without the work that a device can do for its driver.
CARD = 'virtio-net-pci,netdev=net,disable-legacy=on,' + ','.join('%s=off' % feature for feature in (
    'csum guest_csum gso guest_tso4 guest_tso6 guest_ecn guest_ufo host_tso4 host_tso6 host_ecn host_ufo '
    'mrg_rxbuf').split()) + ',ioeventfd=off,tx='
# What the counted machine sends is sent when a timer ends, by the machine's time; as by default it would be
# when a thread of QEMU runs. The other machine has nothing to do meanwhile.
SENDS = dict(zip(ENDS, ('timer', 'bh')))


class Missing(Exception):
    """There is no result; the text has the reason."""


def card(end):
    """end: of the cable (ENDS)."""
    return ['-netdev', 'stream,id=net,server=off,addr.type=unix,addr.path=' + end, '-device',
            CARD + SENDS[end]]


def machine(work, name):
    """Options of QEMU: the network card, or the disk, a new one, of that work."""
    if work in ('disk', 'restart'):
        return BLOCKS
    if work == 'net':
        return card(ENDS[0])
    path = os.path.join(WORK, name + '.img')
    with open(path, 'wb') as f:
        f.truncate(64 << 20)
    mke2fs = shutil.which('mke2fs') or '/sbin/mke2fs'
    subprocess.run([mke2fs, '-q', '-F', '-t', 'ext4', '-E', 'lazy_itable_init=0', path], check=True)
    return ['-drive', 'file=%s,if=none,id=disk,format=raw,cache=unsafe' % path, '-device',
            'virtio-blk-pci,drive=disk,disable-legacy=on']


def counting(name, work, *more, end=ENDS[0]):
    """(file of the windows, options of QEMU); more: options of the plugin; end: of the cable."""
    out, icount = os.path.join(WORK, name + '.json'), 'shift=0'
    if os.path.exists(out):
        os.remove(out)
    if work == 'net':
        more, icount = more + ('turns=' + gate.turns(end),), icount + ',sleep=off'
    return out, ['-icount', icount, '-plugin', ','.join(('%s,out=%s,light=1' % (PLUGIN, out),) + more)]


def windows_of(out):
    found = collections.defaultdict(list)
    with open(out, encoding='ascii') as f:
        for line in f:
            window = json.loads(line)
            if 'warning' in window:
                raise Missing(window['warning'])
            found[window['id']].append(window)
    return found


def finished(guest, name):
    end = guest.expect(r'^work: (done|failed.*)\n')
    if end.group(1) != 'done':
        raise Missing('%s: %s' % (name, end.group(0)))


# ---- Linux ----

def cpio(members):
    """An initramfs: (name, mode, bytes) of each member."""
    found = []
    for i, (name, mode, data) in enumerate(members + [('TRAILER!!!', 0, b'')]):
        fields = (i, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b'070701' + b''.join(b'%08X' % f for f in fields) + name.encode() + b'\0'
        found += [head + b'\0' * (-len(head) % 4), data + b'\0' * (-len(data) % 4)]
    return b''.join(found)


def module(name):
    paths = glob.glob('%s/lib/modules/*/kernel/**/%s.ko' % (DEBIAN, name), recursive=True)
    if not paths:
        raise Missing('the kernel has no module ' + name)
    return paths[0]


def make_initramfs():
    members = [('modules', 0o40755, b'')]
    for i, path in enumerate([os.path.join(WORK, 'first')] + [module(name) for name in MODULES]):
        name = 'modules/%02d-%s' % (i, os.path.basename(path)) if i else 'init'
        with open(path, 'rb') as f:
            members.append((name, 0o100755, f.read()))
    with open(os.path.join(WORK, 'initramfs'), 'wb') as f:
        f.write(cpio(members))


def kernel():
    """The path of the kernel; its name has the version."""
    paths = glob.glob(DEBIAN + '/boot/vmlinuz-*')
    if not paths:
        raise Missing('%s has no kernel' % DEBIAN)
    return paths[0]


def start_linux(work, options):
    return Guest('--kernel', kernel(), '--modules', os.path.join(WORK, 'initramfs'), '--append',
                 '%s work=%s' % (OPTIONS, work), '--', *options, life=LIFE)


@contextlib.contextmanager
def peer(work, dhcp):
    """The other end of the network, if the work has one."""
    if work != 'net':
        yield
        return
    in_turns = counting('peer', work, end=ENDS[1])[1]
    with gate.Gate(*ENDS), start_linux('peer-dhcp' if dhcp else 'peer', card(ENDS[1]) + in_turns):
        yield


def linux(work, number):
    """{window number: [window]} of a run."""
    name = 'linux-%s-%d' % (work, number)
    out, options = counting(name, work)
    with peer(work, False), start_linux(work, options + machine(work, name)) as guest:
        finished(guest, 'Linux, ' + work)
        guest.finish()
    return windows_of(out)


# ---- Pecan ----

def start_pecan(image, options):
    return Guest('--boot', os.path.join(TOP, O, image), '--', *options, life=LIFE)


def pecan(work, number, *more):
    """{window number: [window]} of a run; more: options of the plugin."""
    name = 'pecan-%s-%d' % (work, number)
    out, options = counting(name, work, *more)
    with peer(work, True), start_pecan('bench/linux/boot.tar', options + machine(work, name)) as guest:
        guest.expect(PROMPT)
        guest.line('run work ' + work)
        finished(guest, 'Pecan, ' + work)
        guest.expect(PROMPT)
        guest.line('poweroff')
        guest.finish()
    return windows_of(out)


def entry():
    with open(os.path.join(TOP, O, 'pecan'), 'rb') as f:
        return struct.unpack_from('<Q', f.read(64), 24)[0]


def boot(number):
    """(instructions from the kernel's first one to the prompt, KiB of memory in use then)."""
    name = 'pecan-boot-%d' % number
    out, options = counting(name, rows.BOOT, 'from=%#x' % entry())
    with start_pecan('ports.tar', options + machine(rows.BOOT, name)) as guest:
        guest.expect(PROMPT)
    instructions = windows_of(out)[0][0]['insn']['total']
    with start_pecan('ports.tar', machine(rows.BOOT, name)) as guest:
        ram = int(guest.expect(r'kernel, (\d+) MiB of RAM').group(1)) * 1024
        guest.expect(PROMPT)
        guest.line('ls /disk')
        while guest.expect(r'^ +(lost.found)/\n|no disk').group(1) is None:	# not mounted yet
            guest.line('ls /disk')
        guest.line('mem')
        free = [int(guest.expect(r'^%s +\d+ +\d+ +(\d+)\n' % kind).group(1)) for kind in ('memory', 'kernel')]
    return instructions, ram - sum(free)


__all__ = ['GuestError', 'Missing', 'O', 'TOP', 'boot', 'kernel', 'linux', 'make_initramfs', 'pecan', 'WORK']
