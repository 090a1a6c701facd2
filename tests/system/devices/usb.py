# SPDX-License-Identifier: BSD-2-Clause
"""usb - checks of tests/system/devices/run: keyboards and a disk at QEMU's USB controller."""
import os
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tools'))
from guest import O, require  # noqa: E402
from monitor import monitored, press  # noqa: E402

from common import (CHECKED, KILLS, MIB, PAUSE, PROMPT, SECTOR, WORK, contents, image,  # noqa: E402
                    make_disk, often, pattern, shell, with_section)

ROUNDS = 20
KEYBOARD = r'xhci: the USB device at port \d+ is a keyboard\n'


def with_xhci(text):
    return with_section(text, 'xhci')


def keyboard():
    """There is no other keyboard. Its driver is killed, then another one is plugged in its place."""
    programs = [os.path.join(O, 'bin', p) for p in ('xhci', 'hello')]
    devices = ['-device', 'qemu-xhci,id=usb', '-device', 'usb-kbd,id=first,bus=usb.0']
    boot = image('keyboard', with_xhci, *programs)
    with monitored('--boot', boot, '--', '-machine', 'i8042=off', *devices) as (guest, monitor, _):
        guest.expect(KEYBOARD)
        for again in range(3):
            press(guest, monitor, 'hello three\n')
            guest.expect('argument 1: three')
            guest.expect('hello: ok')
            guest.expect('pecan> ')
            if again == 0:
                shell(guest, 'kill xhci', r'^killed task')
                guest.expect(KEYBOARD)
            elif again == 1:
                monitor.command('device_del', id='first')
                monitor.command('device_add', driver='usb-kbd', id='second', bus='usb.0', port='2')
                guest.expect(KEYBOARD)
        require('pci: PCI devices without a driver: 00:01.1 storage\n' in guest.text, guest.tail())


# ---- a disk ----

DISK = r'xhci: the USB device at port \d+ is a disk\n'
GONE = r'xhci: the USB disk at port \d+ is gone\n'
STICK = 'task stick; uses names console xhci; disk usb; memory 16M\n'


def stick_image(name):
    """The program `disk` is there by the name `stick`, with the USB disk."""
    stick = os.path.join(WORK, 'stick')
    shutil.copy(os.path.join(O, 'bin', 'disk'), stick)
    return image(name, lambda text: often(with_xhci(text)) + STICK, os.path.join(O, 'bin', 'xhci'), stick)


def drive(path, name, more=''):
    return ['-drive', 'file=%s,if=none,id=%s,format=raw%s' % (path, name, more)]


def node(path, name):
    """The same, which stays when its disk is unplugged."""
    return ['-blockdev', 'driver=raw,node-name=%s,file.driver=file,file.filename=%s' % (name, path)]


def stick(name):
    return ['-device', 'usb-storage,drive=%s,bus=usb.0,serial=%s' % (name, name)]


CONTROLLER = ['-device', 'qemu-xhci,id=usb']


def reads_and_writes():
    """What was read and written is that of the file behind it; a client that has another disk is refused."""
    data = bytes(range(64)) + bytes(SECTOR - 64)
    path = make_disk('stick-disk', data=bytes(SECTOR) + data)
    with monitored('--boot', stick_image('reads'), '--', *CONTROLLER, *drive(path, 'one'),
                   *stick('one')) as (guest, _, _):
        guest.expect(DISK)
        guest.expect(PROMPT)
        shell(guest, 'stick', r'^8192 sectors of 512 bytes \(4 MiB\), serial number one\n')
        lines = shell(guest, 'stick read 1', r'((?:[0-9a-f]{2}[ \n]){64})').group(1)
        require(bytes.fromhex(lines) == data[:64], 'sector 1 is read as ' + lines)
        shell(guest, 'stick read 8192', r'^disk: no such sector')
        shell(guest, 'stick check 3', r'^3 rounds of 128 requests, 0 with a wrong byte, 0 other drivers')
        shell(guest, 'disk', r'^disk: the machine has no disk')
    require(contents(path) == pattern(3), 'the file behind the disk has other bytes')
    require(contents(path, 4 * MIB)[CHECKED:] == bytes(4 * MIB - CHECKED), 'other sectors were written')


def killed():
    """The driver of disk and keyboard is killed while requests are under way."""
    path = make_disk('killed-disk')
    end = '%d rounds of 128 requests' % ROUNDS
    with monitored('--boot', stick_image('stick-killed'), '--', *CONTROLLER,
                   *drive(path, 'one', ',throttling.bps-total=%d' % MIB), *stick('one')) as (guest, _, _):
        guest.expect(DISK)
        guest.expect(PROMPT)
        guest.line('stick check %d &' % ROUNDS)
        guest.expect(PROMPT)
        for _ in range(KILLS):
            time.sleep(PAUSE)
            if end not in guest.text:		# on a busy host it can end before
                shell(guest, 'kill xhci', r'^killed task')
        guest.seen(end + '.*\n')
        found = re.findall(end + r', 0 with a wrong byte, (\d+) other drivers', guest.text)
        require(len(found) == 1 and int(found[0]) > 0, guest.tail())
    require(contents(path) == pattern(ROUNDS), 'the file behind the disk has other bytes')


def plugs():
    """
    A disk is unplugged while requests are under way, beside a keyboard: they fail, and keys are typed.
    Another one, then the first again, have their own bytes.
    """
    paths = {name: make_disk('disk-' + name, size, name.encode('ascii') * 40)
             for name, size in (('one', 4 * MIB), ('two', MIB))}
    with monitored('--boot', stick_image('plugs'), '--', '-machine', 'i8042=off', *CONTROLLER, '-device',
                   'usb-kbd,bus=usb.0,port=1', *node(paths['one'], 'one'),
                   *node(paths['two'], 'two')) as (guest, monitor, _):
        guest.expect(KEYBOARD)
        guest.expect(PROMPT)
        shell(guest, 'stick', r'^disk: the disk is not plugged in')
        for name, sectors in (('one', 8192), ('two', 2048), ('one', 8192)):
            monitor.command('device_add', driver='usb-storage', id='stick', drive=name, bus='usb.0',
                            serial=name)
            guest.expect(DISK)
            shell(guest, 'stick', r'^%d sectors of 512 bytes .*, serial number %s\n' % (sectors, name))
            want = ' '.join('%02x' % b for b in contents(paths[name], 16))
            shell(guest, 'stick read 0', '^' + want)
            if name == 'one':
                shell(guest, 'stick check 1000000 &', r'')
                time.sleep(PAUSE)
            monitor.command('device_del', id='stick')
            guest.expect(GONE)
            if name == 'one':
                guest.expect(r'disk: the disk is not plugged in')
            press(guest, monitor, 'stick\n')
            guest.expect(r'disk: the disk is not plugged in')
            guest.expect('pecan> ')
        require('xhci (task' not in guest.text, 'a driver has ended: ' + guest.tail())
    require(contents(paths['two'], MIB) == (b'two' * 40).ljust(MIB, b'\0'), 'the second disk was written')


CHECKS = [
    ('a USB keyboard types; the next one does, and so do both drivers when the first is killed', keyboard),
    ('a USB disk: its size, its serial number, its bytes against the file behind it', reads_and_writes),
    ('a USB disk: its driver is killed, %d times: requests are repeated, no byte is wrong' % KILLS, killed),
    ('USB disks that are unplugged and plugged: requests fail, the next has its own bytes, keys type', plugs),
]
