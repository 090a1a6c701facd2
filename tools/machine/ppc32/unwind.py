# SPDX-License-Identifier: BSD-2-Clause
"""unwind.py - ppc32 for tools/debug.py: where a thread continues in its own code, and its backtrace there."""
import contextlib

import gdb

REAL, KERNEL, USER = 0, 0x30, 0x4000	# bits of MSR: IR and DR; PR
MOST = 100				# frames


@contextlib.contextmanager
def view():
    """The kernel's addresses are those of the kernel only, with translation: MSR is that of kernel code."""
    msr = int(gdb.parse_and_eval('$msr')) & 0xffffffff
    set_msr(msr & ~USER | KERNEL)
    try:
        yield
    finally:
        set_msr(msr)


def set_msr(value):
    gdb.execute('set $msr = %d' % value)
    gdb.execute('maintenance flush dcache', to_string=True)


def leave_stub(*_):
    """The saved IP of a system call is its return address, and no call uses the user's stack."""


def names(pc):
    """(function, file:line) of an address, inlined functions first; the others at their first line."""
    found, line = [], gdb.find_pc_line(pc)
    place = '%s:%d' % (line.symtab.filename, line.line) if line.symtab else ''
    block = gdb.block_for_pc(pc)
    while block and not block.is_global and not block.is_static:
        f = block.function
        if f:
            found.append((f.print_name, place or '%s:%d' % (f.symtab.filename, f.line)))
            place = ''
        block = block.superblock
    return found or [(symbol_name(pc), place)]


def symbol_name(pc):
    text = gdb.execute('info symbol %d' % pc, to_string=True)
    return '??' if text.startswith('No symbol') else text.split()[0]


def backtrace(state, _, read):
    """By the chain of frames: at the SP is the address of the caller's frame, in whose second word is LR.

    The registers of another space cannot be set, so gdb itself cannot do it. The function that was
    interrupted before it had a frame is shown, but its caller is left out.
    """
    ip, sp, number = state['pc'], state['r1'], 0
    while ip and number < MOST:
        for function, place in names(ip if number == 0 else ip - 4):
            print('#%-2d 0x%08x in %s ()%s' % (number, ip, function, place and ' at ' + place))
            number += 1
        frame = read(sp, 4)
        sp = int.from_bytes(frame, 'big')
        word = read(sp + 4, 4) if sp else b''
        ip = int.from_bytes(word, 'big')
