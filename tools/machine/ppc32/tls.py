# SPDX-License-Identifier: BSD-2-Clause
"""tls.py - ppc32 for tools/check-tls: the thread pointer of SVR4 is r2, which has the UTCB's address.

Thread-local storage is reached by __tls_get_addr alone. So no object may have the relocations of the models
that add an offset to r2; and no program code that adds one to it which leads out of the UTCB, as the linker
makes it from calls of __tls_get_addr without --no-tls-optimize.
"""
import re

# Initial exec and local exec. R_PPC_TLS marks the sum with r2.
FORBIDDEN = re.compile(r'\bR_PPC_(GOT_)?TPREL|\bR_PPC_TLS\b')
# addi, addis, loads and stores with r2, by objdump: the displacement is before the register, or behind it.
DISPLACED = re.compile(r'\saddis?\s+r\d+,r2,(-?\d+)$|\s\w+\s+\w+,(-?\d+)\(r2\)$')
SHIFTED = re.compile(r'\saddis\s')
UTCB = range(-256, 256)

USES = 'int *f(void); int *f(void) { return &x; }'
PROGRAM = '__thread int x = 1; void *__tls_get_addr(void *p) { return p; } ' + USES + \
    ' int _start(void) { return *f(); }'
GLOBAL = '-O1 -fPIC -ftls-model=global-dynamic'
CASES = [	# name, source, options of the compiler, is it sound?
    ('a thread-local variable', '__thread int x = 1; ' + USES, '-fno-pic -O1', False),
    ('one of another file', 'extern __thread int x; ' + USES, '-fno-pic -O1', False),
    ('one by initial exec', 'extern __thread int x; ' + USES, '-fPIC -ftls-model=initial-exec -O1', False),
    ('one by the option without -fPIC', '__thread int x; ' + USES,
     '-fno-pic -ftls-model=global-dynamic -O1', False),
    ('one by __tls_get_addr', '__thread int x = 1; ' + USES, GLOBAL, True),
    ('one of another file by __tls_get_addr', 'extern __thread int x; ' + USES, GLOBAL, True),
    ('a program for which the linker has changed the calls', PROGRAM, GLOBAL + ' -nostdlib -static', False),
    ('a program for which it has not', PROGRAM, GLOBAL + ' -nostdlib -static -Wl,--no-tls-optimize', True),
    ('a read of the UTCB', '.text; lwz 3, -8(2)', None, True),
    ('a read beside it', '.text; lwz 3, -28672(2)', None, False),
    ('a sum with r2', '.text; addis 3, 2, 1', None, False),
]


def out_of_utcb(line):
    m = DISPLACED.search(line)
    return m and (SHIFTED.search(line) or int(m.group(1) or m.group(2)) not in UTCB)


def problems(path, lines):
    found = [line.strip() for line in lines('readelf', '-r', '-W', path) if FORBIDDEN.search(line)]
    return found + [line.strip() for line in lines('objdump', '-d', '--no-show-raw-insn', path)
                    if out_of_utcb(line)]
