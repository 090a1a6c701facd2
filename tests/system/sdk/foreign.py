# SPDX-License-Identifier: BSD-2-Clause
"""Programs that the system of this SDK cannot run, made of one that it can, and of one for this machine."""
import os
import struct

MACHINE_AT, AARCH64 = 18, 183		# e_machine of the ELF header

# What pecan-image says after the file's name; in braces what versions() returns.
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
    ('major', 'was linked with SDK {next_major}, and this is SDK {this}'),
    ('minor', 'was linked with SDK {next_minor}, which is newer than this SDK {this}'),
]
TAKEN = ['same', 'patch', 'older']


def versions(sdk):
    """The version of this SDK and others, by name."""
    with open(os.path.join(sdk, 'lib/pecan/VERSION'), encoding='ascii') as f:
        this = f.read().strip()
    major, minor, patch = map(int, this.split('.'))
    return {'this': this, 'next_major': '%d.0.0' % (major + 1), 'next_minor': '%d.%d.0' % (major, minor + 1),
            'next_patch': '%d.%d.%d' % (major, minor, patch + 1),
            'older': '%d.%d.0' % (major, max(minor - 1, 0))}


def make(folder, program, version, must):
    """All of them; must() runs a command."""
    with open(program, 'rb') as f:
        good = f.read()
    before = b'Pecan\0\0\0'
    at = good.index(before + version['this'].encode()) + len(before)

    def other(name):
        return good[:at] + version[name].encode().ljust(8, b'\0') + good[at + 8:]

    files = {
        'text': b'#!/bin/sh\n', 'short': good[:3], 'class32': good[:4] + b'\1' + good[5:], 'cut': good[:40],
        'aarch64': good[:MACHINE_AT] + struct.pack('<H', AARCH64) + good[MACHINE_AT + 2:],
        'major': other('next_major'), 'minor': other('next_minor'), 'same': good,
        'patch': other('next_patch'), 'older': other('older'),
    }
    for name, data in files.items():
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(data)
    with open(os.path.join(folder, 'x.c'), 'w') as f:
        f.write('int main(void) { return 0; }\n')
    for name, options in (('object', '-c'), ('dynamic', '-pie -fPIE'), ('library', '-shared -fPIC'),
                          ('static', '-static')):
        must(['gcc'] + options.split() + ['-o', name, 'x.c'], folder)
