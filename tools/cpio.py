# SPDX-License-Identifier: BSD-2-Clause
"""cpio.py - an archive in cpio's form "newc", the one of Linux's initramfs; no right of root is needed.

A member is (name, mode, bytes). The archive has no folder but those that are members.
"""
import os

FOLDER, PROGRAM, FILE, LINK = 0o40755, 0o100755, 0o100644, 0o120777


def archive(members):
    """The bytes of an archive of members."""
    found = []
    for i, (name, mode, data) in enumerate(members + [('TRAILER!!!', 0, b'')]):
        fields = (i, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b'070701' + b''.join(b'%08X' % f for f in fields) + name.encode() + b'\0'
        found += [head + b'\0' * (-len(head) % 4), data + b'\0' * (-len(data) % 4)]
    return b''.join(found)


def program(name, path):
    """The member of that name: a program with the bytes of the host's file."""
    with open(path, 'rb') as f:
        return name, PROGRAM, f.read()


def tree(name, path):
    """Members: a file or folder of the host under that name, with its links, and all below it."""
    if os.path.islink(path):
        return [(name, LINK, os.readlink(path).encode())]
    if os.path.isdir(path):
        return [(name, FOLDER, b'')] + [member for entry in sorted(os.listdir(path))
                                        for member in tree(name + '/' + entry, os.path.join(path, entry))]
    mode = PROGRAM if os.access(path, os.X_OK) else FILE
    with open(path, 'rb') as f:
        return [(name, mode, f.read())]
