# SPDX-License-Identifier: BSD-2-Clause
"""cutoff.py - a peer that is a name server, by IPv4 or IPv6, whose answers by UDP are all cut off (TC) and
have no record: the whole ones it gives by TCP, or it refuses connections.
"""
import ipaddress
import struct

import peer

IPV6, ICMP6 = 0x86dd, 58
SOLICITS_ROUTER, ADVERTISES, ASKS, ANSWERS = 133, 134, 135, 136
PREFIX, LINK = ipaddress.ip_address('fd00:9::').packed, ipaddress.ip_address('fe80::2').packed
SERVER6 = ipaddress.ip_address('fd00:9::2').packed
ALL_NODES, ALL_NODES_MAC = ipaddress.ip_address('ff02::1').packed, bytes.fromhex('333300000001')
A, CNAME, AAAA, DNS, FIN, PIECE = 1, 5, 28, 53, 1, 1000
IS_ANSWER, IS_CUT_OFF = 0x8180, 0x0200
MANY, CHAIN, LABEL = 70, 12, 50

MANY_NAMES = {A: [bytes([10, 9, 0, 2 + i]) for i in range(MANY)],
              AAAA: [PREFIX[:15] + bytes([100 + i]) for i in range(MANY)]}
ONE = {A: [peer.IP], AAAA: [PREFIX[:15] + bytes([100])]}


def label(n):
    return bytes([LABEL]) + b'%050d' % n


def record(kind, name, data):
    return name + struct.pack('>HHIH', kind, 1, 60, len(data)) + data


def chain(kind):
    """Of aliases, of which none is a part of another one; then the address."""
    names = [b'\xc0\x0c'] + [label(i) + b'\4test\0' for i in range(CHAIN)]
    return ([record(CNAME, a, b) for a, b in zip(names, names[1:])]
            + [record(kind, names[-1], data) for data in ONE[kind]])


def records(name, kind):
    """None: there is no such name."""
    if name == b'chain.test':
        return chain(kind)
    known = {b'many.test': MANY_NAMES, b'one.test': ONE}.get(name)
    return known and [record(kind, b'\xc0\x0c', data) for data in known[kind]]


class CutOff(peer.Peer):
    """loses: the first question by UDP, and the first segment of TCP."""

    def __init__(self, folder, six, refuses=False, loses=False):
        self.six, self.refuses, self.loses = six, refuses, {peer.UDP, peer.TCP} if loses else set()
        self.talks, self.asked = {}, []		# by the guest's port; names that came whole by TCP
        super().__init__(folder)

    def more_options(self):
        return b'' if self.six else bytes([6, 4]) + peer.IP

    # ---- packets ----

    def packet(self, protocol, payload, to, source=None):
        """With its checksum at the place where the protocol has it."""
        source = source or (SERVER6 if self.six else peer.IP)
        at = {peer.UDP: 6, peer.TCP: 16, ICMP6: 2}[protocol]
        size = struct.pack('>LL' if len(to) == 16 else '>HH', *((len(payload), protocol) if len(to) == 16
                                                                else (protocol, len(payload))))
        total = peer.checksum(source + to + size + payload) or 0xffff
        payload = payload[:at] + struct.pack('>H', total) + payload[at + 2:]
        if len(to) == 4:
            self.send(peer.ip(protocol, payload, to))
            return
        head = struct.pack('>LHBB', 6 << 28, len(payload), protocol, 255) + source + to
        self.send(peer.ethernet(IPV6, head + payload, ALL_NODES_MAC if to == ALL_NODES else peer.GUEST_MAC))

    def answer(self, frame):
        kind, = struct.unpack('>H', frame[12:14])
        if kind == IPV6 and frame[20] == ICMP6:
            self.discovery(frame[22:38], frame[54:])
        elif kind == IPV6 and frame[38:54] == SERVER6:
            self.upper(frame[20], frame[22:38], frame[54:54 + struct.unpack('>H', frame[18:20])[0]])
        elif kind == peer.IPV4 and frame[30:34] == peer.IP and frame[36:38] == b'\0\x35':
            self.upper(frame[23], frame[26:30], frame[34:14 + struct.unpack('>H', frame[16:18])[0]])
        else:
            super().answer(frame)

    def discovery(self, source, message):
        """This host is a router, but for no other network, and names itself as the name server."""
        mac = bytes([2, 1]) + peer.MAC
        if message[0] == SOLICITS_ROUTER and self.six:
            prefix = struct.pack('>BBBBLLL', 3, 4, 64, 0xc0, 86400, 86400, 0) + PREFIX
            names = struct.pack('>BBHL', 25, 3, 0, 86400) + SERVER6
            head = struct.pack('>BBHBBHLL', ADVERTISES, 0, 0, 64, 0, 1800, 0, 0)
            self.packet(ICMP6, head + bytes([1, 1]) + peer.MAC + prefix + names, ALL_NODES, LINK)
        elif message[0] == ASKS and message[8:24] in (SERVER6, LINK) and source != bytes(16):
            head = struct.pack('>BBHL', ANSWERS, 0, 0, 0x60000000)
            self.packet(ICMP6, head + message[8:24] + mac, source, message[8:24])

    def upper(self, protocol, source, data):
        port, to = struct.unpack('>HH', data[:4])
        if to != DNS or protocol not in (peer.UDP, peer.TCP):
            return
        if protocol in self.loses:
            self.loses.remove(protocol)
        elif protocol == peer.UDP:
            answer = self.resolve(data[8:], whole=False)
            self.packet(peer.UDP, struct.pack('>HHHH', DNS, port, 8 + len(answer), 0) + answer, source)
        else:
            self.segment(source, port, data)

    # ---- TCP ----

    def say(self, source, port, flags, data=b''):
        talk = self.talks[port]
        self.packet(peer.TCP, struct.pack('>HHLLBBHHH', DNS, port, talk['next'], talk['got'], 5 << 4, flags,
                                          60000, 0, 0) + data, source)
        talk['next'] += len(data) + bool(flags & (peer.SYN | FIN))

    def segment(self, source, port, data):
        number, = struct.unpack('>L', data[4:8])
        flags, rest = data[13], data[(data[12] >> 4) * 4:]
        if flags & peer.SYN:
            self.talks[port] = {'next': 1000, 'got': number + 1, 'text': b''}
            self.say(source, port, (peer.RST if self.refuses else peer.SYN) | peer.ACKS)
            return
        talk = self.talks.get(port)
        if not talk or flags & peer.RST or number != talk['got']:
            return
        talk['text'] += rest
        talk['got'] += len(rest) + bool(flags & FIN)
        text = talk['text']
        if rest and len(text) > 2 and len(text) == 2 + struct.unpack('>H', text[:2])[0]:
            answer = self.resolve(text[2:], whole=True)
            answer = struct.pack('>H', len(answer)) + answer
            for at in range(0, len(answer), PIECE):
                self.say(source, port, peer.ACKS | peer.PSH, answer[at:at + PIECE])
        elif rest or flags & FIN:
            self.say(source, port, peer.ACKS | (flags & FIN))

    # ---- names ----

    def resolve(self, query, whole):
        name, kind, end = peer.question(query)
        found = records(name, kind) if whole else []
        if whole:
            self.asked.append(name)
        flags = IS_ANSWER | (0 if whole else IS_CUT_OFF) | (3 if found is None else 0)
        return (query[:2] + struct.pack('>HHHHH', flags, 1, len(found or []), 0, 0) + query[12:end]
                + b''.join(found or []))
