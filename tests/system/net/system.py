# SPDX-License-Identifier: BSD-2-Clause
"""system.py - the boot image with the network, machines with a card, and the shell of one: what the tests of
this folder share.
"""
import os
import re
import subprocess
import sys
import time

from guest import (HANG, PROMPT, Guest, O, empty,  # noqa: F401 (free_port is for those that import this)
                   free_port)

WORK = os.path.join(O, 'test', 'net', os.path.basename(sys.argv[0]))
PAUSE = 0.05
TRIES = 5


def make_image(sections='', *more, arguments=''):
    """In an empty folder; more sections of the system description, and more programs. In alone.tar only
    nettest and ifconfig use the network, so that no places of clients are reserved for others. arguments: of
    the network server.
    """
    empty(WORK)
    with open(O + '/tests/ports.init', encoding='ascii') as f:
        init = f.read().replace('restart 5 60', 'restart 16 1')
    init = init.replace('\ntask net\n\tstart', '\ntask net\n\tstart ' + arguments)
    programs = [O + '/tests/' + n for n in ('messages', 'nettest', 'socktest', 'killer')] + list(more)
    programs += [O + '/image/' + n for n in os.listdir(O + '/image')]
    path = os.path.join(WORK, 'init')
    alone = re.sub(r'^(?!task (?:nettest|ifconfig))(.*\buses .*) net\b', r'\1', init, flags=re.M)
    for name, text in (('image.tar', init + 'task messages; uses *\n' + sections), ('alone.tar', alone),
                       ('cards.tar', two_of_virtio(init)), ('mixed.tar', two_kinds(init))):
        with open(path, 'w', encoding='ascii') as f:
            f.write(text)
        subprocess.run(['tools/mkboot', os.path.join(WORK, name), path] + programs, check=True)


def more_memory(init):
    """Of the network server, for the buffers of a second card."""
    init, found = re.subn(r'^(task net\n(?:\t.*\n)*?\tmemory )(\d+)(M.*\n\treserve )(\d+)M',
                          lambda m: '%s%d%s%dM' % (m[1], int(m[2]) + 2, m[3], int(m[4]) + 2),
                          init, flags=re.M)
    assert found == 1, 'the system description has no memory of the network server'
    return init


def change(init, *changes):
    for before, after in changes:
        assert before in init, 'the system description has no %r' % before
        init = init.replace(before, after)
    return init


def two_of_virtio(init):
    """Two cards of one kind, each at its place."""
    return change(more_memory(init),
                  ('task virtio-net\n\tstart\n\tuses names console pci\n\tprovides link\n',
                   'task virtio-net\n\tstart link 00:05.0\n\tstart link1 00:06.0\n'
                   '\tuses names console pci\n\tprovides link link1\n'))


def two_kinds(init):
    """A second card of another kind, which has an address of the description."""
    return change(more_memory(init),
                  ('task e1000e\n\tstart\n\tuses names console pci\n\tprovides link\n',
                   'task e1000e\n\tstart link1\n\tuses names console pci\n\tprovides link1\n'),
                  ('\ntask net\n\tstart',
                   '\ntask net\n\tstart address=en1:10.0.3.77/24 router=en1:10.0.3.2'))


def user_network(*ports, card='virtio-net-pci,disable-legacy=on'):
    """QEMU's own. ports: pairs of a port of the host and that of the guest to which it leads."""
    forward = ''.join(',hostfwd=tcp:127.0.0.1:%d-:%d' % pair for pair in ports)
    return ['-netdev', 'user,id=net' + forward, '-device', card + ',netdev=net']


def second_network(card):
    """Another one, 10.0.3.0/24, at another card."""
    return ['-netdev', 'user,id=net1,net=10.0.3.0/24', '-device', card + ',netdev=net1']


def system(options, mem=64, image='image.tar'):
    return Guest('--boot', os.path.join(WORK, image), '--mem', str(mem), '--', *options, life=HANG)


def shell(guest, line, want=None):
    """Type a line; what was printed until its end. want: a pattern that must be in it."""
    text = guest.command(line)
    assert want is None or re.search(want, text, re.M), '%s: /%s/ did not come%s' % (line, want, guest.tail())
    return text


def repeated(guest, line, want):
    """The same until it shows what is wanted: on a busy host an answer can come later than the program waits.
    Wrong bytes are a failure each time."""
    for _ in range(TRIES):
        text = shell(guest, line)
        assert not re.search(r', [1-9]\d* wrong', text), guest.tail()
        if re.search(want, text, re.M):
            return text
        print('note: %s: run again' % line, flush=True)
    raise AssertionError('%s: /%s/ did not come in %d runs%s' % (line, want, TRIES, guest.tail()))


def begin(guest, address='10.0.2.15'):
    """Wait until the interface has its address."""
    guest.expect(PROMPT)
    has_address(guest, address)


def has_address(guest, address='10.0.2.15'):
    while not re.search(r'^address +%s(, mask .*)?$' % re.escape(address), shell(guest, 'ifconfig'), re.M):
        time.sleep(PAUSE)
