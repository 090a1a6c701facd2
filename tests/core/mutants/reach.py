# SPDX-License-Identifier: BSD-2-Clause
"""reach.py - which lines the tests of a rule execute.

Host tests: by clang's coverage build of the host tests (the one that `make coverage` uses), of which only the
rule's run. Booting the world is part of each test; so a line counts if it is executed more often than booting
once for each test executes it, unless that leaves next to nothing, as with rules about booting.

Guest tests: QEMU says which blocks it translates (-d in_asm), the debug information which lines these are. So
assembly and kernel/arch are reached too. What only booting needs (section .init) counts only for rules of the
kernel interface page.
"""
import json
import os
import re
import shutil
import subprocess

from trial import NO_LIMIT, clean_environment, play

BOOT = ('HBOO0001', 'HSYS0001')	# host tests that boot the world, and make a space, and do little else
FEW = 20			# lines: too few to draw from
CODE = ('kernel/core/', 'kernel/mem/', 'kernel/boot/', 'kernel/sys/', 'kernel/lib/')
MACHINE = ('kernel/arch/x86/', 'kernel/arch/x86_64/', 'kernel/plat/')
CHECKERS = tuple('kernel/%s.c' % name for name in ('core/check', 'mem/mapcheck', 'core/thread_check',
                                                   'lib/panic', 'lib/print', 'arch/offsets',
                                                   'arch/x86_64/offsets'))
ICOUNT = ['--', '-icount', 'shift=3,sleep=off', '-rtc', 'clock=vm']
HOST_BAD = r'^FAIL .*|^.*Sanitizer.*|^.* passed, [1-9]\d* failed'
GUEST_BAD = r'^not ok .*|^.*\bpanic\b.*|^\d+ passed, [1-9]\d* failed'
GUEST_END = r'^\d+ passed, 0 failed'


class Reach:
    """Lines that tests reach in a built tree (folder); what was found out once is kept."""

    def __init__(self, folder):
        self.folder, self.work = folder, os.path.join(folder, 'build/reach')
        os.makedirs(self.work, exist_ok=True)
        self.boot_counts, self.init = None, self.section('.init')
        self.base = None

    def run(self, *command):
        return subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True).stdout

    # ---- host tests ----

    def counts(self, tests):
        """{(path, line): how often} of host tests; None if one fails."""
        shutil.rmtree(self.work)
        os.makedirs(self.work)
        env = dict(os.environ, LLVM_PROFILE_FILE=self.work + '/%c.profraw')
        done = play(['setarch', '-R', 'build/cov/host-test'] + tests, self.folder, NO_LIMIT, HOST_BAD,
                    env=env)
        if done.why:
            return None
        data = self.work + '/all.profdata'
        raw = [os.path.join(self.work, f) for f in os.listdir(self.work) if f.endswith('.profraw')]
        self.run(tool('llvm-profdata'), 'merge', '-o', data, *raw)
        text = self.run(tool('llvm-cov'), 'export', '-format=lcov', '-instr-profile=' + data,
                        'build/cov/host-test', *CODE)
        return self.lcov(text)

    def lcov(self, text):
        found, path = {}, None
        for line in text.split('\n'):
            if line.startswith('SF:'):
                path = os.path.relpath(os.path.join(self.folder, line[3:]), self.folder)
            elif line.startswith('DA:'):
                number, count = line[3:].split(',')[:2]
                if int(count):
                    found[path, int(number)] = int(count)
        return found

    def of_host(self, tests):
        """Lines of core, sys and lib; None if a test fails."""
        if self.boot_counts is None:
            self.boot_counts = {}
            for test in BOOT:
                for at, n in (self.counts([test]) or {}).items():
                    self.boot_counts[at] = max(n, self.boot_counts.get(at, 0))
        counts = self.counts(tests)
        if counts is None:
            return None
        own = {at for at, n in counts.items() if n > len(tests) * self.boot_counts.get(at, 0)}
        return wanted(own if len(own) >= FEW else set(counts), CODE)

    # ---- guest tests ----

    def section(self, name):
        text = self.run('objdump', '-h', '-w', 'build/pecan')
        size, start = re.search(r'%s +(\w+) +(\w+)' % re.escape(name), text).groups()
        return range(int(start, 16), int(start, 16) + int(size, 16))

    def addresses(self, tests):
        """Addresses of the kernel that QEMU translates during guest tests; None if one fails."""
        log = self.work + '/in_asm'
        # To the end of QEMU: a log that is cut where the host has just got to is another one each time.
        done = play(guest(tests, ICOUNT + ['-d', 'in_asm', '-D', log]), self.folder, NO_LIMIT, GUEST_BAD,
                    env=clean_environment())
        if re.search(GUEST_BAD, done.text, re.M) or not re.search(GUEST_END, done.text, re.M):
            return None
        with open(log, encoding='latin-1') as f:
            found = {int(a, 16) for a in re.findall(r'^0x(ffffffff8\w+):', f.read(), re.M)}
        os.remove(log)
        return found

    def lines_at(self, addresses):
        """The lines of these addresses, of functions compiled into others too."""
        text = subprocess.run(['addr2line', '-i', '-e', 'build/pecan'], cwd=self.folder, check=True,
                              input='\n'.join('%x' % a for a in sorted(addresses)), text=True,
                              stdout=subprocess.PIPE).stdout
        found = set()
        for path, line in re.findall(r'^(\S+):(\d+)', text, re.M):
            found.add((os.path.relpath(os.path.join(self.folder, path), self.folder), int(line)))
        return found

    def of_guest(self, tests, boot):
        """(lines that only these tests reach, all lines); None if a test fails. boot: .init too."""
        if self.base is None:
            self.base = self.addresses(['NONE']) or set()
        found = self.addresses(tests)
        if found is None:
            return None
        if not boot:
            found = {a for a in found if a not in self.init}
        everything = self.lines_at(found)
        return everything - self.lines_at(self.base & found), everything


def wanted(lines, folders):
    return {at for at in lines if at[0].startswith(folders) and at[0] not in CHECKERS}


def tool(name):
    return shutil.which(name + '-14') or name


def guest(tests, options, cpu='qemu64', append='kdb=on'):
    """The command that runs guest tests by their ids, or with none all; GFRN: the foreign root server."""
    foreign = bool(tests) and all(t.startswith('GFRN') for t in tests)
    root = 'build/tests/foreign' if foreign else ' '.join(['build/tests/guest'] + tests)
    return ['tools/qemu', '--root', root, '--boot', 'none', '--append', append, '--cpu', cpu] + options
