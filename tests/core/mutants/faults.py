# SPDX-License-Identifier: BSD-2-Clause
"""faults.py - what the tools share that plant faults in a copy of the sources: tests/core/hash/mutants,
tests/core/host/tlb-mutants and tests/core/model/mutants.

A list of faults has lines "FILE: WAS => BECOMES", in which "@" is the end of a line; comments begin with "#".
"""
import glob
import os
import re
import shutil
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.path.join(TOP, os.environ.get('O', 'build'))
sys.path.insert(0, os.path.join(TOP, 'tools'))
# The kernel's core as a program of the host, with 64-bit words.
HOST_FOLDERS = ['kernel/core', 'kernel/mem', 'kernel/boot', 'kernel/sys', 'kernel/lib', 'kernel/kdb',
                'kernel/kdb/arch/host', 'kernel/arch/host', 'kernel/arch/host/ptes',
                'kernel/arch/host/x86_64']
HOST_FLAGS = ['-std=gnu11', '-fno-builtin', '-DPECAN_DEBUG', '-w', '-Iabi', '-Iabi/arch/host', '-Ikernel',
              '-Ikernel/arch/host/include', '-Ikernel/arch/host/ptes/include',
              '-Ikernel/arch/generic/include', '-Itests/core/host', '-Itests/lib/harness', '-fno-pie']
HOST_FAST = os.path.join(BUILD, 'host64/fast.o')
NOT_HOST = ('sys_inspect_off.c', 'kdb_off.c', 'offsets_machine.c')
LISTED = re.compile(r'(\S+): (.*) => (.*)')


class Copy:
    """A copy of folders of the tree, in build/NAME."""

    def __init__(self, name):
        self.folder = os.path.join(BUILD, name)

    def make(self, folders):
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in folders:
            shutil.copytree(os.path.join(TOP, folder), self.path(folder))

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as f:
            return f.read()

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text)

    def files(self, *folders):
        """Names of the C files in the folders."""
        found = [f for d in folders for f in sorted(glob.glob(os.path.join(self.path(d), '*.c')))]
        return [os.path.relpath(f, self.folder) for f in found if not f.endswith(NOT_HOST)]

    def places(self, listed):
        """(file, position, end, what comes instead) of each fault of listed()."""
        for name, was, becomes in listed:
            text = self.read(name)
            if text.count(was) != 1:
                raise SystemExit('%s: stands there %d times: %s' % (name, text.count(was), was))
            yield name, text.index(was), text.index(was) + len(was), becomes

    def try_all(self, places, notices, verbose):
        """Plants each fault. notices(file, position, end, what comes instead) returns which tests fail, or
        None. Prints those that no test notices, or all; ends the program."""
        passed = failed = 0
        for name, start, end, instead in places:
            seen = notices(name, start, end, instead)
            passed += bool(seen)
            failed += not seen
            if verbose or not seen:
                text = self.read(name)
                place = '%s:%d' % (name, text[:start].count('\n') + 1)
                fault = ' '.join(text[start:end].split()) + ' => ' + ' '.join(instead.split())
                print('%s %s: %s: %s' % ('ok' if seen else 'not ok', place, fault, seen or 'no test notices'),
                      flush=True)
        print('%d passed, %d failed' % (passed, failed))
        sys.exit(1 if failed else 0)


def listed(path):
    """(file, what is there, what comes instead) of each line of a list."""
    with open(os.path.join(TOP, path), encoding='utf-8') as f:
        lines = [line.rstrip('\n') for line in f if not line.startswith('#')]
    for line in lines:
        yield tuple(part.replace('@', '\n') for part in LISTED.fullmatch(line).groups())


def failed_tests(output):
    """The names of the tests that failed, by what the harness prints."""
    return b' '.join(re.findall(rb'^FAIL (\w+)', output, re.M)).decode()
