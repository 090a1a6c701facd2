# SPDX-License-Identifier: BSD-2-Clause
"""machines.py - the machines of `make bench-linux`: the same devices, with Pecan, Linux, and Linux on Pecan.

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
import cpio  # noqa: E402 (the path is set just above)
import gate  # noqa: E402
import mirror  # noqa: E402
import rows  # noqa: E402
from guest import Guest, GuestError, O, TOP  # noqa: E402

WORK = os.path.join(TOP, O, 'bench', 'linux')
PLUGIN = os.path.join(TOP, O, 'bench', 'scope.so')
DEBIAN = os.path.join(WORK, 'debian')
INITRAMFS = os.path.join(TOP, O, 'linux', 'initramfs')
ENDS = os.path.join(WORK, 'counted.socket'), os.path.join(WORK, 'peer.socket')	# of the network's cable
PATH = os.path.join(WORK, 'path.socket')	# of the long path (mirror.py)
LIFE = 1800		# seconds
RAM = 256 * 1024	# KiB of each machine
PROMPT = r'^pecan> '

# In the order in which they are loaded.
MODULES = ('virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk '
           'crc32c_generic crc16 mbcache jbd2 ext4 failover net_failover virtio_net '
           'crct10dif_common crc-t10dif crc64 crc64_rocksoft_generic crc64-rocksoft t10-pi nvme-core nvme '
           'scsi_common scsi_mod libata libahci ahci sd_mod').split()
OPTIONS = 'console=ttyS0 quiet mitigations=off nokaslr norandmaps panic=-1'

# A disk for blocks, of zeros: it answers after 1 ms, so the CPU is idle when the answer comes.
NULL = ['-blockdev', 'driver=null-co,node-name=disk,size=67108864,read-zeroes=on,latency-ns=1000000']
BLOCKS = {
    'disk': NULL + ['-device', 'virtio-blk-pci,drive=disk,disable-legacy=on,ioeventfd=off'],
    'nvme': NULL + ['-device', 'nvme,drive=disk,serial=1'],
    'ahci': NULL + ['-device', 'ich9-ahci,id=sata', '-device', 'ide-hd,drive=disk,bus=sata.0'],
}
BLOCKS['restart'] = BLOCKS['disk']


# A network card without the work that a device can do for its driver.
CARD = 'virtio-net-pci,netdev=net,disable-legacy=on,' + ','.join('%s=off' % feature for feature in (
    'csum guest_csum gso guest_tso4 guest_tso6 guest_ecn guest_ufo host_tso4 host_tso6 host_ecn host_ufo '
    'mrg_rxbuf').split()) + ',ioeventfd=off,tx='
# What the counted machine sends is sent when a timer ends, by the machine's time; as by default it would be
# when a thread of QEMU runs. The other machine has nothing to do meanwhile.
SENDS = dict(zip(ENDS + (PATH,), ('timer', 'bh', 'timer')))


class Missing(Exception):
    """There is no result; the text has the reason."""


def card(end):
    """end: of the cable (ENDS)."""
    return ['-netdev', 'stream,id=net,server=off,addr.type=unix,addr.path=' + end, '-device',
            CARD + SENDS[end]]


def machine(work, name):
    """Options of QEMU: the network card, or the disk, a new one, of that work."""
    if work in BLOCKS:
        return BLOCKS[work]
    if work == 'net':
        return card(ENDS[0])
    path = os.path.join(WORK, name + '.img')
    with open(path, 'wb') as f:
        f.truncate(64 << 20)
    mke2fs = shutil.which('mke2fs') or '/sbin/mke2fs'
    blocks = ['-b', '4096'] if work.endswith(rows.LARGE) else []
    subprocess.run([mke2fs, '-q', '-F', '-t', 'ext4', '-E', 'lazy_itable_init=0', *blocks, path], check=True)
    return ['-drive', 'file=%s,if=none,id=disk,format=raw,cache=unsafe' % path, '-device',
            'virtio-blk-pci,drive=disk,disable-legacy=on']


def program(work):
    """What the guest's program is to do, whatever the disk is."""
    return work.removesuffix(rows.LARGE)


def counting(name, work, *more, end=ENDS[0]):
    """(file of the windows, options of QEMU); more: options of the plugin; end: of the cable."""
    out, icount = os.path.join(WORK, name + '.json'), 'shift=0'
    if os.path.exists(out):
        os.remove(out)
    if work in ('net', rows.PATH):
        more += ('turns=' + gate.turns(end),)
    if work in ('net', rows.PATH, rows.OS):		# the host's time has no part
        icount += ',sleep=off'
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

def module(name):
    paths = glob.glob('%s/lib/modules/*/kernel/**/%s.ko' % (DEBIAN, name), recursive=True)
    if not paths:
        raise Missing('the kernel has no module ' + name)
    return paths[0]


def make_initramfs():
    members = [cpio.program('init', os.path.join(WORK, 'first')), ('modules', cpio.FOLDER, b'')]
    for i, path in enumerate(module(name) for name in MODULES):
        members.append(cpio.program('modules/%02d-%s' % (i, os.path.basename(path)), path))
    with open(os.path.join(WORK, 'initramfs'), 'wb') as f:
        f.write(cpio.archive(members))


def kernel():
    """The path of the kernel; its name has the version."""
    paths = glob.glob(DEBIAN + '/boot/vmlinuz-*')
    if not paths:
        raise Missing('%s has no kernel' % DEBIAN)
    return paths[0]


def start_linux(parameter, options, initramfs=os.path.join(WORK, 'initramfs')):
    """A Guest: Debian's kernel with one more parameter; options: of QEMU."""
    return Guest('--kernel', kernel(), '--modules', initramfs, '--append', OPTIONS + ' ' + parameter, '--',
                 *options, life=LIFE)


@contextlib.contextmanager
def peer(work, dhcp):
    """The other end of the network, if the work has one."""
    if work != 'net':
        yield
        return
    in_turns = counting('peer', work, end=ENDS[1])[1]
    with gate.Gate(*ENDS), start_linux('work=peer' + '-dhcp' * dhcp, card(ENDS[1]) + in_turns):
        yield


def linux(work, number):
    """{window number: [window]} of a run."""
    if work == rows.OS:
        return rows_windows('linux', work, start_linux, number)
    name = 'linux-%s-%d' % (work, number)
    out, options = counting(name, work)
    with peer(work, False), start_linux('work=' + program(work), options + machine(work, name)) as guest:
        finished(guest, 'Linux, ' + work)
        guest.finish()
    return windows_of(out)


# ---- both ends of a long path in one machine ----

def long_path(system, number, milliseconds):
    """Bytes that have arrived in 10 s of the machine's time; system: pecan or linux."""
    options = counting('%s-path-%d-%d' % (system, milliseconds, number), rows.PATH, end=PATH)[1]
    options += mirror.netdev(PATH, milliseconds) + card(PATH)[2:]
    start = start_linux if system == 'linux' else start_work
    with mirror.Mirror(PATH), start('work=path', options) as guest:
        arrived = int(guest.expect(r'^path: (\d+) bytes\n').group(1))
        finished(guest, '%s, a path of %d ms' % (system, milliseconds))
    return arrived


# ---- Linux in an initramfs of its own (linux/initramfs): Debian's kernel, and the one on Pecan ----

UM = os.path.join(TOP, O, 'linux')
MEMORY = 512, '128M'	# MiB of the machine, and what Linux on Pecan has of it


def start_um(parameter, options, initramfs=INITRAMFS):
    """As start_linux: the kernel that is a server of Pecan. It switches the machine off at its end."""
    image = os.path.join(UM, os.path.basename(initramfs) + '.tar')
    subprocess.run([os.path.join(TOP, 'linux', 'image'), image, initramfs, 'mem=' + MEMORY[1], parameter],
                   check=True, cwd=TOP)
    return Guest('--boot', image, '--mem', str(MEMORY[0]), '--', *options, life=LIFE)


# ---- the same two with a disk as root that has programs of Debian (linux/debian) ----

def root_disk(image):
    """Options of QEMU: that disk; what is written to it is lost."""
    return ['-drive', 'file=%s,if=none,id=disk,format=raw,snapshot=on' % image, '-device',
            'virtio-blk-pci,drive=disk,disable-legacy=on']


def start_linux_on_disk(parameter, options, image):
    """A Guest: Debian's kernel, with the root of that image; init of it sees the parameter."""
    archive = os.path.join(UM, 'mount')
    members = [(name, cpio.FOLDER, b'') for name in ('bin', 'dev', 'modules', 'root')]
    members += [cpio.program('bin/busybox', os.path.join(TOP, O, 'busybox', 'busybox')),
                cpio.program('init', os.path.join(HERE, 'mount-root'))]
    for i, name in enumerate(MODULES):
        members.append(cpio.program('modules/%02d' % i, module(name)))
    with open(archive, 'wb') as f:
        f.write(cpio.archive(members))
    return start_linux(parameter, options + root_disk(image), archive)


def start_um_on_disk(parameter, options, image):
    """As start_linux_on_disk: the kernel that is a server of Pecan."""
    boot = os.path.join(UM, 'programs.tar')
    subprocess.run([os.path.join(TOP, 'linux', 'image'), '--sections', 'linux/debian/init.debian', boot,
                    INITRAMFS, 'mem=' + MEMORY[1], 'root=/dev/pda', 'rw', parameter], check=True, cwd=TOP)
    return Guest('--boot', boot, '--mem', str(MEMORY[0]), '--', *options, *root_disk(image), life=LIFE)


def rows_windows(system, work, start, number):
    """{window number: [window]} of a run of the program `rows` (os.c); start: as start_linux."""
    out, options = counting('%s-%s-%d' % (system, work, number), work)
    if work == 'net':			# Linux on Pecan has no other source of random numbers
        options += card(ENDS[0]) + ['-device', 'virtio-rng-pci,disable-legacy=on']
    with peer(work, True), start('play=bench work=' + work, options, INITRAMFS) as guest:
        finished(guest, '%s, %s' % (system, work))
        guest.finish()
    return windows_of(out)


def um(work, number):
    return rows_windows('um', work, start_um, number)


# ---- Pecan ----

def start_pecan(image, options):
    return Guest('--boot', os.path.join(TOP, O, image), '--', *options, life=LIFE)


def start_work(parameter, options):
    """A Guest, as start_linux: the program `work` runs."""
    guest = start_pecan('bench/linux/boot.tar', options)
    guest.expect(PROMPT)
    guest.line('run work ' + parameter.partition('=')[2])
    return guest


def pecan(work, number, *more):
    """{window number: [window]} of a run; more: options of the plugin."""
    name = 'pecan-%s-%d' % (work, number)
    out, options = counting(name, work, *more)
    with peer(work, True), start_work('work=' + program(work), options + machine(work, name)) as guest:
        finished(guest, 'Pecan, ' + work)
        guest.expect(PROMPT)
        guest.line('poweroff')
        guest.finish()
    return windows_of(out)


def entry():
    with open(os.path.join(TOP, O, 'pecan'), 'rb') as f:
        return struct.unpack_from('<Q', f.read(64), 24)[0]


def number_of(guest, pattern):
    return int(guest.expect(pattern).group(1))


def boot(number):
    """(instructions from the kernel's first one to the prompt, KiB of memory in use then)."""
    name = 'pecan-boot-%d' % number
    out, options = counting(name, rows.BOOT, 'from=%#x' % entry())
    with start_pecan('ports.tar', options + machine(rows.BOOT, name)) as guest:
        guest.expect(PROMPT)
    instructions = windows_of(out)[0][0]['insn']['total']
    with start_pecan('ports.tar', machine(rows.BOOT, name)) as guest:
        guest.expect(PROMPT)
        guest.line('ls /disk')
        while guest.expect(r'^ +(lost.found)/\n|no disk').group(1) is None:	# not mounted yet
            guest.line('ls /disk')
        guest.line('mem')
        free = [number_of(guest, r'^%s +\d+ +\d+ +(\d+)\n' % kind) for kind in ('memory', 'kernel')]
        copies = number_of(guest, r'^of the free memory (\d+) KiB have copies')
        guest.line('df')
        cached = number_of(guest, r'^ +KIB .* CACHED\n.* (\d+)\n')
    return instructions, RAM - sum(free) - (cached - copies)


__all__ = ['GuestError', 'Missing', 'O', 'TOP', 'boot', 'kernel', 'linux', 'long_path', 'make_initramfs',
           'pecan', 'start_linux', 'start_linux_on_disk', 'start_um', 'start_um_on_disk', 'um', 'WORK']
