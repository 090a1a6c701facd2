# SPDX-License-Identifier: BSD-2-Clause
"""tls.py - ia32 for tools/check-tls: the thread pointer of i386 is at GS:0, where the UTCB's address is.

None of these may be in a file: a thread-local symbol or segment, a relocation R_386_TLS_..., an operand of GS
other than a load of GS:0 into a register (GS:0x14 is the stack protector's).
"""
import re

UTCB = re.compile(r'\smov +%gs:0x0,%e[a-ds][xip]$')

USES = 'int *f(void); int *f(void) { return &x; }'
CASES = [	# name, source, options of the compiler, is it sound?
    ('a thread-local variable that is used', '__thread int x = 1; ' + USES, '-fno-pic -O1', False),
    ('one of another file', 'extern __thread int x; ' + USES, '-fno-pic -O1', False),
    ('one of a shared library', '__thread int x; ' + USES, '-fpic', False),
    ('one that no code uses', '__thread int x;', '-fno-pic -O1', False),
    ('the stack protector', 'void g(char *); void f(void); void f(void) { char a[64]; g(a); }',
     '-fno-pic -fstack-protector-all', False),
    ('a read beside GS:0', '.text; movl %gs:4, %eax', None, False),
    ('a sum with GS:0', '.text; addl %gs:0, %eax', None, False),
    ('a read of GS:0', '.text; movl %gs:0, %eax', None, True),
]


def thread_local(path, lines):
    """Lines of readelf that name thread-local storage."""
    found = []
    for line in lines('readelf', '-r', '-s', '-l', '-W', path):
        words = line.split()
        if 'R_386_TLS_' in line or words[:1] == ['TLS'] or words[3:4] == ['TLS']:
            found.append(line.strip())
    return found


def other_uses(path, lines):
    """Lines of objdump with GS that do not load GS:0."""
    return [line.strip() for line in lines('objdump', '-d', '--no-show-raw-insn', path)
            if '%gs' in line and not UTCB.search(line)]


def problems(path, lines):
    return thread_local(path, lines) + other_uses(path, lines)
