# SPDX-License-Identifier: BSD-2-Clause
"""Programs that the system of this SDK cannot run, made of one that it can, and of one for this machine."""
import os
import struct

MACHINE_AT, AARCH64 = 18, 183		# e_machine of the ELF header

# What pecan-image says after the file's name.
REFUSED = [
    ('text', 'is no ELF64 file: give the program that the linker has made'),
    ('short', 'is no ELF64 file'),
    ('class32', 'is no ELF64 file but a 32-bit one: compile it for x86-64, with pecan-cc'),
    ('cut', 'is damaged: readelf cannot read it; link it again'),
    ('aarch64', 'is for the machine AArch64: compile it for x86-64, with pecan-cc'),
    ('object', 'is an object file: link it with pecan-cc, without -c and -r'),
    ('dynamic', 'needs shared libraries, which Pecan has not: link it with pecan-cc'),
    ('library', 'is a shared library or position independent: link it with pecan-cc'),
    ('static', "is a program of another system, or was linked without this SDK's libraries: link it with "
               'pecan-cc'),
    ('major', 'was linked with SDK 9.0.0, and this is SDK '),
    ('minor', 'was linked with SDK 0.99.0, which is newer than this SDK '),
]
TAKEN = ['same', 'patch', 'older']


def make(folder, program, must):
    """All of them; must() runs a command."""
    with open(program, 'rb') as f:
        good = f.read()
    with open(os.path.join(folder, '../moved/lib/pecan/VERSION'), 'rb') as f:
        version = f.read().strip()
    at = good.index(b'Pecan\0\0\0' + version) + len(b'Pecan\0\0\0')

    def other(number):
        return good[:at] + number.ljust(8, b'\0') + good[at + 8:]

    files = {
        'text': b'#!/bin/sh\n', 'short': good[:3], 'class32': good[:4] + b'\1' + good[5:], 'cut': good[:40],
        'aarch64': good[:MACHINE_AT] + struct.pack('<H', AARCH64) + good[MACHINE_AT + 2:],
        'major': other(b'9.0.0'), 'minor': other(b'0.99.0'), 'same': good, 'patch': other(b'0.9.77'),
        'older': other(b'0.1.0'),
    }
    for name, data in files.items():
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(data)
    with open(os.path.join(folder, 'x.c'), 'w') as f:
        f.write('int main(void) { return 0; }\n')
    for name, options in (('object', '-c'), ('dynamic', '-pie -fPIE'), ('library', '-shared -fPIC'),
                          ('static', '-static')):
        must(['gcc'] + options.split() + ['-o', name, 'x.c'], folder)
