# SPDX-License-Identifier: BSD-2-Clause
"""reached.py - which lines of sources have code in a program, and which of them tests have reached.

A line is (path from the top of the tree, number). Lines that have code are those of the line tables of the
programs as they run in the guest; so both columns of the table have the same lines under them.
"""
import bisect
import os
import re
import shutil
import struct
import subprocess

PAGE = 4096
RECORD = struct.Struct('<QQ%ds' % PAGE)		# struct page of executed.c, without the counts
COUNTS = 8 * PAGE
FULL = 2					# struct page: used
EXECUTABLE, LOAD = 1, 1				# an ELF program header's flag and type
ROW = re.compile(r'(0x[0-9a-f]{16}) +(\d+) +\d+ +(\d+) ')


def tool(name):
    return shutil.which(name + '-14') or name


def output(top, *command):
    return subprocess.run(command, cwd=top, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True).stdout


def inside(top, path):
    """The path from the top of the tree; None of what is not a source of it."""
    path = os.path.relpath(os.path.join(top, path), top)
    return path if path.startswith(('kernel/', 'user/')) else None


# ---- on the host ----

def of_host(top, program, profile):
    """({line: whether it was executed}, {branch: whether it was taken}) of an instrumented program."""
    data = profile.replace('.profraw', '.profdata')
    output(top, tool('llvm-profdata'), 'merge', '-o', data, profile)
    text = output(top, tool('llvm-cov'), 'export', '-format=lcov', '-instr-profile=' + data, program)
    lines, branches, path = {}, {}, None
    for line in text.split('\n'):
        kind, _, value = line.partition(':')
        if kind == 'SF':
            path = inside(top, value)
        elif kind == 'DA' and path:
            number, count = value.split(',')[:2]
            lines[path, int(number)] = count != '0'
        elif kind == 'BRDA' and path:
            at, taken = value.rsplit(',', 1)
            branches[path, at] = taken not in ('-', '0')
    return lines, branches


def reached_lines(lines, executed):
    """Those of the lines that were executed. A function's head has no counter: it counts as what follows."""
    known, reached = {}, set()
    for path, number in executed:
        known.setdefault(path, []).append(number)
    for numbers in known.values():
        numbers.sort()
    for path, number in lines:
        numbers = known.get(path, [])
        i = bisect.bisect_left(numbers, number)
        if i < len(numbers) and executed[path, numbers[i]]:
            reached.add((path, number))
    return reached


# ---- in the guest ----

class Program:
    """An ELF file with its line table."""

    def __init__(self, top, path):
        self.path, self.kernel = path, os.path.basename(path) == 'pecan'
        self.starts, self.rows = [], []		# addresses in order, and the lines at each
        self.pages = {}				# address: (offset in the page, bytes) of code
        with open(path, 'rb') as f:
            self.read_segments(f.read())
        self.read_lines(top)

    def read_segments(self, elf):
        at, size, n = struct.unpack_from('<Q', elf, 32)[0], *struct.unpack_from('<HH', elf, 54)
        for i in range(n):
            kind, flags, offset, va, _, length = struct.unpack_from('<IIQQQQ', elf, at + i * size)
            if kind != LOAD or not flags & EXECUTABLE:
                continue
            for page in range(va // PAGE * PAGE, va + length, PAGE):
                begin, end = max(va, page), min(va + length, page + PAGE)
                self.pages[page] = begin - page, elf[offset + begin - va:offset + end - va]

    def read_lines(self, top):
        found = {}
        for table in output(top, tool('llvm-dwarfdump'), '--debug-line', self.path).split('debug_line[')[1:]:
            folders = dict(re.findall(r'include_directories\[ *(\d+)\] = "(.*)"', table))
            names = re.findall(r'file_names\[ *(\d+)\]:\n *name: "(.*)"\n *dir_index: (\d+)', table)
            where = folders.get('0', '.')
            files = {n: inside(top, os.path.join(where, folders[d], name)) for n, name, d in names}
            self.read_rows(table, files, found)
        self.starts = sorted(found)
        self.rows = [found[a] for a in self.starts]

    @staticmethod
    def read_rows(table, files, found):
        for line in table.split('\n'):
            row = ROW.match(line)
            if not row:
                continue
            at = found.setdefault(int(row[1], 16), set())
            if files[row[3]] and row[2] != '0' and not line.endswith('end_sequence'):
                at.add((files[row[3]], int(row[2])))

    def lines(self):
        return set().union(*self.rows)

    def has(self, va, content):
        """Is this page of memory one of this program's code?"""
        offset, code = self.pages.get(va, (0, b''))
        return bool(code) and (self.kernel or content[offset:offset + len(code)] == code)

    def at(self, address):
        i = bisect.bisect_right(self.starts, address) - 1
        return self.rows[i] if i >= 0 else ()


def of_guest(programs, path):
    """The lines that one run of QEMU executed: a file of executed.c."""
    found, size = set(), RECORD.size + COUNTS
    with open(path, 'rb') as f:
        while len(record := f.read(size)) == size:
            used, va, content = RECORD.unpack_from(record)
            if used == 0:
                break
            if used == FULL:
                raise SystemExit('coverage: %s: more pages of code than it has places' % path)
            counts = memoryview(record)[RECORD.size:].cast('Q')
            executed = [va + i for i, n in enumerate(counts) if n]
            for program in programs:
                if program.has(va, content):
                    found.update(*map(program.at, executed))
    return found
