# SPDX-License-Identifier: BSD-2-Clause
"""inject.py - faults in the text of a program: what changes in which instruction, and how it comes into a
running machine (tests/guest/attack/faults).

The kinds are those of the experiments with Nooks and MINIX 3. A fault is made from the seed and its number
alone, so a run can be repeated.
"""
import collections
import random
import re
import subprocess

from stub import Stub

PAGE = 4096
PREFIXES = frozenset(b'\x66\x67\xf0\xf2\xf3\x2e\x36\x3e\x26\x64\x65')
# Opcodes whose ModRM byte has more of the opcode in the place of a register.
GROUPS = frozenset(b'\x80\x81\x83\x8f\xc0\xc1\xc6\xc7\xd0\xd1\xd2\xd3\xf6\xf7\xfe\xff')
GROUPS2 = frozenset(b'\x00\x01\x18\x1f\xae\xba\xc7')
NO_MODRM2 = frozenset(b'\x05\x06\x08\x09\x0b\x77\xa0\xa1\xa2\xa8\xa9\xaa')
COMPARE_AL, COMPARE_EAX = 0x3c, 0x3d

Instruction = collections.namedtuple('Instruction', 'address code')
# Positions in the code: of the opcode's last byte, of ModRM (0: none), of displacement and immediate.
Parts = collections.namedtuple('Parts', 'opcode two modrm disp disp_bytes imm')


def has_modrm(opcode, two):
    if two:
        return not (opcode in NO_MODRM2 or 0x30 <= opcode <= 0x37 or 0x80 <= opcode <= 0x8f or
                    0xc8 <= opcode <= 0xcf)
    return (opcode < 0x40 and opcode & 7 < 4 or opcode in GROUPS or 0x84 <= opcode <= 0x8e or
            opcode in (0x63, 0x69, 0x6b) or 0xd8 <= opcode <= 0xdf)


def parts_of(code):
    at = 0
    while at < len(code) - 1 and code[at] in PREFIXES:
        at += 1
    if code[at] & 0xf0 == 0x40 and at < len(code) - 1:
        at += 1
    two = code[at] == 0x0f and at < len(code) - 1
    at += two
    opcode = at
    if two and code[at] in (0x38, 0x3a):
        at += 1
    if not has_modrm(code[opcode], two) or at + 1 >= len(code):
        return Parts(opcode, two, 0, 0, 0, at + 1)
    modrm = at + 1
    mod, rm = code[modrm] >> 6, code[modrm] & 7
    at = modrm + 1
    base = rm
    if mod != 3 and rm == 4:
        base = code[at] & 7
        at += 1
    disp_bytes = {0: 4 if base == 5 else 0, 1: 1, 2: 4, 3: 0}[mod]
    return Parts(opcode, two, modrm, at, disp_bytes, at + disp_bytes)


def is_group(code, p):
    return code[p.opcode] in (GROUPS2 if p.two else GROUPS)


def changed(code, at, value):
    return code[:at] + bytes([value & 0xff]) + code[at + 1:]


# Each kind: the new code of an instruction, or None if it does not apply.

def bit(code, rng):
    at = rng.randrange(len(code))
    return changed(code, at, code[at] ^ 1 << rng.randrange(8))


def nop(code, _rng):
    return b'\x90' * len(code)


def condition(code):
    """Of a conditional branch, or None."""
    p = parts_of(code)
    return p.opcode if code[p.opcode] & 0xf0 == (0x80 if p.two else 0x70) else None


def branch(code, _rng):
    at = condition(code)
    return None if at is None else changed(code, at, code[at] ^ 1)


def register(code, rng):
    p, other = parts_of(code), rng.randrange(1, 8)
    if p.modrm and not is_group(code, p):
        return changed(code, p.modrm, code[p.modrm] ^ other << 3)
    if p.modrm and code[p.modrm] >> 6 == 3:
        return changed(code, p.modrm, code[p.modrm] ^ other)
    if not p.two and (code[p.opcode] & 0xf8 == 0xb8 or code[p.opcode] & 0xf0 == 0x50):
        return changed(code, p.opcode, code[p.opcode] ^ other)
    return None


def pointer(code, rng):
    p = parts_of(code)
    if p.disp_bytes == 0:
        return None
    return code[:p.disp] + rng.randbytes(p.disp_bytes) + code[p.disp + p.disp_bytes:]


def bound(code, rng):
    """The end of a loop, or another limit: less instead of less or equal, or a number that is one off."""
    p, at = parts_of(code), condition(code)
    if at is not None:
        kind = code[at] & 0xf
        if kind in (2, 3, 6, 7):
            return changed(code, at, code[at] ^ 4)
        return changed(code, at, code[at] ^ 2) if kind >= 0xc else None
    opcode = code[p.opcode]
    compares = not p.two and (opcode in (COMPARE_AL, COMPARE_EAX) or
                              p.modrm and opcode in (0x80, 0x81, 0x83) and code[p.modrm] >> 3 & 7 == 7)
    return changed(code, p.imm, code[p.imm] + rng.choice((-1, 1))) if compares else None


KINDS = [bit, nop, branch, register, pointer, bound]


class Program:
    """The text of a program's file."""

    def __init__(self, path):
        out = subprocess.run(['objdump', '-dw', '-j', '.text', path], check=True, capture_output=True,
                             text=True).stdout
        found = re.findall(r'^ +([0-9a-f]+):\t((?:[0-9a-f]{2} )+)', out, re.M)
        self.code = [Instruction(int(a, 16), bytes.fromhex(c)) for a, c in found]
        self.base = self.code[0].address
        text = bytearray(self.code[-1].address + len(self.code[-1].code) - self.base)
        for i in self.code:
            text[i.address - self.base:i.address - self.base + len(i.code)] = i.code
        text += bytes(-len(text) % PAGE)
        self.pages = {self.base + at: bytes(text[at:at + PAGE]) for at in range(0, len(text), PAGE)}

    def fault(self, seed, number, is_there):
        """(kind, address, old code, new code) in an instruction whose page is there."""
        rng = random.Random('%d.%d' % (seed, number))
        kind = rng.choice(KINDS)
        while True:
            i = rng.choice(self.code)
            new = kind(i.code, rng)
            if new not in (None, i.code) and is_there(i.address) and is_there(i.address + len(i.code) - 1):
                return kind.__name__, i.address, i.code, new


class Machine(Stub):
    """A machine under QEMU that runs. Its memory is written by the stub for gdb: so what QEMU has translated
    of the old code is dropped."""

    def __init__(self, path, seconds):
        super().__init__(path, seconds)
        self.must('Qqemu.PhyMemMode:1')
        self.resume()

    def change(self, pieces):
        """Stop, write [(physical address, bytes)], continue."""
        self.stop()
        for at, piece in pieces:
            self.write(at, piece)
        self.resume()
