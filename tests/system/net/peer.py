# SPDX-License-Identifier: BSD-2-Clause
"""peer.py - the other end of a guest's network card: packets by a pair of datagram sockets (QEMU's -netdev
dgram). A small host of its own: ARP, DHCP, ICMP echo and UDP echo at any port; it can send anything.
"""
import os
import socket
import struct
import threading

MAC, GUEST_MAC = bytes.fromhex('525500000002'), bytes.fromhex('525400123456')
IP, GUEST_IP, MASK = bytes([10, 9, 0, 2]), bytes([10, 9, 0, 15]), bytes([255, 255, 255, 0])
ARP, IPV4 = 0x0806, 0x0800
ICMP, TCP, UDP = 1, 6, 17
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
COOKIE = bytes([99, 130, 83, 99])
FRAME = 1514


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ethernet(kind, payload, to=GUEST_MAC):
    return to + MAC + struct.pack('>H', kind) + payload


def ip(protocol, payload, to=GUEST_IP, source=IP):
    head = struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0) + source + to
    head = head[:10] + struct.pack('>H', checksum(head)) + head[12:]
    return ethernet(IPV4, head + payload)


def udp(source_port, port, payload, to=GUEST_IP):
    head = struct.pack('>HHHH', source_port, port, 8 + len(payload), 0)
    total = checksum(IP + to + struct.pack('>HH', UDP, 8 + len(payload)) + head + payload) or 0xffff
    return ip(UDP, head[:6] + struct.pack('>H', total) + payload, to)


SYN, RST, PSH, ACKS = 2, 4, 8, 16


def tcp(names, number, acknowledges, flags, data=b'', source=IP):
    """names: ports of the source and the guest. A SYN offers what Linux does."""
    options = bytes([2, 4, 5, 0xb4, 4, 2, 1, 3, 3, 7, 1, 1]) if flags & SYN else b''
    head = struct.pack('>HHIIBBHHH', *names, number, acknowledges, (20 + len(options)) << 2, flags, 5000,
                       0, 0)
    head += options
    total = checksum(source + GUEST_IP + struct.pack('>HH', TCP, len(head + data)) + head + data)
    return ip(TCP, head[:16] + struct.pack('>H', total) + head[18:] + data, source=source)


def question(query):
    """What is asked of a name server: the name, the kind of record, and where the question ends."""
    end = query.index(b'\0', 12) + 5
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]])
        at += 1 + query[at]
    return b'.'.join(labels), query[end - 3], end


def icmp(kind, rest):
    return ip(ICMP, struct.pack('>BBH', kind, 0, checksum(struct.pack('>BBH', kind, 0, 0) + rest)) + rest)


class Host:
    """What it answers, by its function send(frame)."""

    def answer(self, frame):
        kind, = struct.unpack('>H', frame[12:14])
        if kind == ARP and frame[20:22] == b'\0\1' and frame[38:42] == IP:
            self.send(ethernet(ARP, struct.pack('>HHBBH', 1, IPV4, 6, 4, 2) + MAC + IP + frame[22:32]))
        elif kind == IPV4 and frame[23] == UDP and frame[36:38] == b'\0\x43':
            self.dhcp(frame[42:])
        elif kind == IPV4 and frame[30:34] == IP and frame[23] == UDP:
            source, port, size = struct.unpack('>HHH', frame[34:40])
            self.send(udp(port, source, frame[42:34 + size]))
        elif kind == IPV4 and frame[30:34] == IP and frame[23] == ICMP and frame[34] == 8:
            self.send(icmp(0, frame[38:14 + struct.unpack('>H', frame[16:18])[0]]))

    @staticmethod
    def more_options():
        """Of DHCP."""
        return b''

    def dhcp(self, message):
        kind = message[message.index(COOKIE) + 6]
        options = COOKIE + bytes([53, 1, OFFER if kind == DISCOVER else ACK, 54, 4]) + IP
        options += bytes([1, 4]) + MASK + bytes([51, 4, 0, 1, 0, 0, 3, 4]) + IP + bytes([255])
        options = options[:-1] + self.more_options() + options[-1:]
        head = bytes([2, 1, 6, 0]) + message[4:12] + bytes(4) + GUEST_IP + IP + bytes(4) + message[28:44]
        self.send(udp(67, 68, head + bytes(192) + options, bytes([255] * 4)))


class Peer(Host):
    """Answers from a thread of its own until end(); frames has what came, if keep is set."""

    def __init__(self, folder):
        self.paths = [os.path.join(folder, name) for name in ('guest.sock', 'peer.sock')]
        for path in self.paths:
            if os.path.exists(path):
                os.unlink(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.paths[1])
        self.keep, self.frames, self.silent, self.ended = False, [], False, False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def options(self):
        link = 'dgram,id=net,local.type=unix,local.path=%s,remote.type=unix,remote.path=%s'
        return ['-netdev', link % tuple(self.paths), '-device', 'virtio-net-pci,netdev=net,disable-legacy=on']

    def end(self):
        self.ended = True
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def send(self, frame):
        self.socket.sendto(frame, self.paths[0])

    def work(self):
        while True:
            try:
                frame = self.socket.recv(1 << 16)
            except OSError:
                return
            if self.ended:
                return
            if not frame:
                continue
            if self.keep:
                self.frames.append(frame)
            try:
                if not self.silent:
                    self.answer(frame)
            except OSError:		# the machine has ended, or it was the one before and this one has not begun
                pass
