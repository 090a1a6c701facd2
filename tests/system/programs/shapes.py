# SPDX-License-Identifier: BSD-2-Clause
"""shapes.py - shapes.c, linked in several ways, and what is damaged of it."""
import os
import struct
import subprocess

CFLAGS = ['-O1', '-g', '-ffreestanding', '-fno-stack-protector', '-fcf-protection=none', '-nostdlib',
          '-fno-asynchronous-unwind-tables', '-Wl,--build-id=none']
STATIC = ['-static', '-fno-pic', '-no-pie']
LARGE = STATIC + ['-mcmodel=large']
SYMBOL = r'_start\+0x[0-9a-f]+'

GOOD = [
    ('plain', STATIC, SYMBOL),
    ('below-64k', STATIC + ['-Wl,-Ttext-segment=0x1000'], SYMBOL),
    ('large-pages', STATIC + ['-Wl,-z,max-page-size=0x200000'], SYMBOL),
    ('one-page', STATIC + ['-Wl,-n'], SYMBOL),
    ('writable-code', STATIC + ['-Wl,-N'], SYMBOL),
    ('mixed-pages', STATIC + ['-Wl,-z,noseparate-code', '-Wl,-z,max-page-size=0x1000'], SYMBOL),
    ('stripped', STATIC + ['-s'], 'no symbol'),
    ('static-pie', ['-static-pie', '-fpie'], SYMBOL),
    ('in-windows', LARGE + ['-Wl,-Ttext-segment=0x200000000000'], SYMBOL),
    ('in-maps', LARGE + ['-Wl,-Ttext-segment=0x100000000000'], SYMBOL),
    ('at-the-top', LARGE + ['-Wl,-Ttext-segment=0x7fffffff0000', '-Wl,-z,max-page-size=0x1000'], SYMBOL),
    ('on-the-stack', LARGE + ['-Wl,-Ttext-segment=0x7fffffdff000', '-Wl,-z,max-page-size=0x1000'], SYMBOL),
]


def compile_shape(folder, name, flags):
    path = os.path.join(folder, name)
    subprocess.run(['gcc'] + CFLAGS + flags + ['-o', path, 'tests/system/programs/shapes.c'], check=True,
                   stderr=subprocess.DEVNULL)
    return path


def changed(data, offset, form, value):
    """A copy with the field at offset replaced."""
    copy = bytearray(data)
    struct.pack_into(form, copy, offset, value)
    return bytes(copy)


def program_headers(data):
    """The offsets of the PT_LOAD headers."""
    phoff, = struct.unpack_from('<Q', data, 32)
    count, = struct.unpack_from('<H', data, 56)
    return [at for at in range(phoff, phoff + 56 * count, 56) if struct.unpack_from('<I', data, at)[0] == 1]


def bad_programs(good):
    """(name, reason that root gives, bytes)."""
    load = program_headers(good)[0]
    return [
        ('text', r'shorter than an ELF header', b'This is no program.\n'),
        ('long-text', r'no ELF file \(wrong magic\)', b'This is no program.\n' * 40),
        ('elf32', r'another machine: ELF32, little-endian, machine 62', changed(good, 4, 'B', 1)),
        ('big-endian', r'another machine: ELF64, big-endian', changed(good, 5, 'B', 2)),
        ('other-machine', r'another machine: ELF64, little-endian, machine 183',
         changed(good, 18, '<H', 183)),
        ('object', r'no executable', changed(good, 16, '<H', 1)),
        ('no-headers', r'program header table', changed(good, 56, '<H', 0)),
        ('headers-away', r'program headers reach beyond', changed(good, 32, '<Q', 1 << 62)),
        ('interpreter', r'program interpreter', changed(good, load, '<I', 3)),
        ('entry-away', r'entry point', changed(good, 24, '<Q', 0x123456000)),
        ('kernel-address', r'outside the user area', changed(good, load + 16, '<Q', 0xffffffff80000000)),
        ('wraps', r'outside the user area', changed(good, load + 40, '<Q', (1 << 64) - 1)),
        ('beyond-file', r'beyond the end of the file', changed(good, load + 8, '<Q', 1 << 40)),
        ('more-file', r'more bytes in the file than in memory', changed(good, load + 40, '<Q', 1)),
        ('overlap', r'two of its segments overlap', changed(good, load + 40, '<Q', 0x100000)),
        ('cut', r'truncated', good[:5000]),
    ]
