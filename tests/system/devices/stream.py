# SPDX-License-Identifier: BSD-2-Clause
"""stream - checks of tests/system/devices/run: bytes through virtio's console and a serial line by PCI.

The other side is a socket or a file of QEMU's; the same checks for both devices, by the program hvc.
"""
import collections
import contextlib
import functools
import os
import random
import socket
import string
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tools'))
from guest import HANG, Guest, O, require  # noqa: E402

from common import (KILLS, LINE, MIB, PAUSE, PROMPT, WORK, contents, image, often, shell,  # noqa: E402
                    with_section)

PIECE = 1 << 16				# less than QEMU drops when nothing reads
UNIQUE = 24				# so many bytes are in one place of the text only

# driver: its program; hvc: the program hvc with its argument; devices: QEMU's options, behind a chardev
# `port`; bytes: to be sent while the driver is killed.
Kind = collections.namedtuple('Kind', 'name driver hvc devices bytes')


def virtio(more=''):
    return ['-device', 'virtio-serial-pci,disable-legacy=on' + more, '-device', 'virtconsole,chardev=port']


HVC = Kind("virtio's console", 'virtio-console', 'hvc', virtio(), 2 * MIB)
BY_LINE = HVC._replace(name=HVC.name + ' without messages, by its line', devices=virtio(LINE))
SERIAL = Kind('a serial line by PCI', 'pci-serial', 'hvc serial', ['-device', 'pci-serial,chardev=port'], MIB)
FOUR = SERIAL._replace(name='the first of four serial lines by PCI',
                       devices=['-device', 'pci-serial-4x,chardev1=port'])


@functools.cache
def letters(count):
    """So many bytes, lines of 64, the same each time."""
    rng = random.Random(1)
    return ''.join(''.join(rng.choices(string.ascii_letters, k=63)) + '\n' for _ in range(count // 64))


def description(text):
    return often(with_section(text, 'pci-serial'))


def stream_guest(kind, chardev):
    """A machine with such a device, and three files."""
    files = []
    for name, data in (('text', letters(kind.bytes)), ('piece', letters(PIECE)), ('answer', 'answer\n')):
        files.append(os.path.join(WORK, name))
        with open(files[-1], 'w', encoding='ascii') as f:
            f.write(data)
    programs = [os.path.join(O, 'bin', p) for p in ('virtio-console', 'pci-serial', 'hvc', 'cat')]
    return Guest('--boot', image('stream', description, *programs, '--', *files), '--', '-chardev',
                 chardev + ',id=port', *kind.devices)


@contextlib.contextmanager
def connected(kind):
    """The guest, and a socket that is the other side of its device."""
    path = os.path.join(WORK, 'stream.sock')
    with stream_guest(kind, 'socket,server=on,wait=off,path=' + path) as guest, \
            socket.socket(socket.AF_UNIX) as other:
        guest.expect(PROMPT)
        other.connect(path)
        other.settimeout(HANG)
        yield guest, other


def receive(other, end, at_a_time=1 << 16):
    """What comes up to a text that comes once."""
    data = ''
    while end not in data[-at_a_time - len(end):]:
        piece = other.recv(at_a_time).decode('ascii')
        require(piece, 'the stream is closed after %d bytes' % len(data))
        data += piece
    return data


def reads_from_host(guest, other, text, line):
    """A line has been typed, or is, by which a program of the guest prints what is sent after it."""
    guest.line(line)
    start = guest.expect(line + '\n').end()	# before the text, which would come between its letters
    other.sendall(text.encode('ascii'))
    guest.expect(PROMPT)
    require(guest.text[start:].startswith(text), 'other bytes came into the machine')


def both_ways(kind):
    """The other side begins late to take what the guest sends, and then takes little at a time."""
    piece = letters(PIECE)
    with connected(kind) as (guest, other):
        shell(guest, 'cat lib/piece | %s &' % kind.hvc, r'\] cat \| hvc\n')
        time.sleep(PAUSE)
        require(receive(other, piece[-UNIQUE:], 100) == piece, 'other bytes came out of the machine')
        shell(guest, 'wait', r'')
        guest.line(kind.hvc)
        guest.line('typed')
        require(receive(other, '\n') == 'typed\n', 'something else came')
        guest.send('\x04')
        guest.expect(PROMPT)
        reads_from_host(guest, other, piece, '%s read %d' % (kind.hvc, PIECE))
        other.sendall(b'a line\nrest\n')
        shell(guest, kind.hvc + ' read', r'^a line\n')
        shell(guest, kind.hvc + ' read 5', r'^rest\n')


def in_turn(kind):
    """A program waits while another one has the stream; one that is killed keeps no other from it."""
    with connected(kind) as (guest, other):
        shell(guest, kind.hvc + ' read 9 &', r' hvc\n')
        other.sendall(b'qu')
        guest.expect('qu')			# so it has the stream
        shell(guest, 'cat lib/answer | %s &' % kind.hvc, r'\] cat \| hvc\n')
        time.sleep(PAUSE)
        shell(guest, 'jobs', r' hvc\n(?:.*\n)*.* hvc')
        other.sendall(b'estion\n')
        require(receive(other, '\n') == 'answer\n', 'something else came')
        shell(guest, 'wait', r'')
        task = shell(guest, kind.hvc + ' read &', r'^\[(\d+)\] hvc\n').group(1)
        time.sleep(PAUSE)
        shell(guest, 'kill ' + task, r'^killed task')
        shell(guest, 'cat lib/answer | ' + kind.hvc, r'')
        require(receive(other, '\n') == 'answer\n', 'something else came')


def times_repeated(got, text):
    """`got` is `text`, but from places on that came before it came again: how often. No byte is missing."""
    count = at = i = 0
    while i < len(got):
        same = len(os.path.commonprefix((got[i:], text[at:])))
        i, at = i + same, at + same
        if i < len(got):
            before, at, count = at, text.find(got[i:i + UNIQUE]), count + 1
            require(0 <= at <= before, 'bytes are missing or wrong at %d' % i)
    require(at == len(text), 'it ends at %d of %d' % (at, len(text)))
    return count


def writer(kind):
    """The text is sent once more if it has been sent before all were killed, which may be on a busy host."""
    text, out, begins = letters(kind.bytes), os.path.join(WORK, 'stream.out'), []
    with stream_guest(kind, 'file,path=' + out) as guest:
        guest.expect(PROMPT)
        for _ in range(KILLS):
            if guest.text.count('hvc: done') == len(begins):
                begins.append(os.path.getsize(out))
                shell(guest, 'cat lib/text | %s &' % kind.hvc, r'\] cat \| hvc\n')
            shell(guest, 'kill ' + kind.driver, r'^killed task')
            time.sleep(PAUSE / 4)
        shell(guest, 'wait', r'')
    got = contents(out, -1).decode('ascii')
    again = sum(times_repeated(got[a:b], text) for a, b in zip(begins, begins[1:] + [len(got)]))
    require(again <= KILLS, 'it was sent again %d times' % again)


def reader(kind):
    text = letters(PIECE)
    with connected(kind) as (guest, other):
        shell(guest, '%s read %d &' % (kind.hvc, PIECE + 2), r' hvc\n')
        other.sendall(b'qu')
        guest.expect('qu')			# so it reads
        shell(guest, 'kill ' + kind.driver, r'^killed task')
        reads_from_host(guest, other, text, 'wait')


def absent():
    with Guest() as guest:
        guest.expect(PROMPT)
        shell(guest, 'hvc', r'^hvc: there is no virtio console, or no driver for it')
        shell(guest, 'hvc serial', r'^hvc: there is no serial line by PCI, or no driver for it')
        shell(guest, 'ps', r' virtio-console +waiting ')
        require('ended' not in guest.text and 'cannot' not in guest.text, guest.tail())


def own_ports():
    """Of all ports of the machine root gives a driver those of its device."""
    section = 'task hostile; uses names console pci; pci 1b36:0003\n'
    boot = image('ports', lambda text: text + section, os.path.join(O, 'tests', 'hostile'))
    with Guest('--boot', boot, '--', '-device', 'pci-serial-2x') as guest:
        guest.expect(PROMPT)
        for _ in range(2):
            shell(guest, 'hostile ports',
                  r'^hostile: 16 of 16 ports of the device, 0 others\n.*hostile: exit status 42')


CHECKS = [
    *((kind.name + ': 64 KiB to a slow host, a typed line, 64 KiB back, a line, the rest',
       both_ways, kind) for kind in (HVC, BY_LINE, SERIAL, FOUR)),
    *((kind.name + text, function, kind) for kind in (HVC, SERIAL) for text, function in (
        (': one program has it at a time, another one waits', in_turn),
        (': %d times its driver is killed while it sends: no byte is missing' % KILLS, writer),
        (': a program that reads continues with the next driver', reader))),
    ('a driver gets each port of its device, and none of the 65,520 others; so does the next one', own_ports),
    ("without virtio's console its driver waits; without it and a serial line the program says so", absent),
]
