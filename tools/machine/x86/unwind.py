# SPDX-License-Identifier: BSD-2-Clause
"""unwind.py - x86 for tools/debug.py: where a thread continues in its own code, and its backtrace there."""
import contextlib

import gdb

from arch import MACHINE, part

M = part('debug')
WORD = int(MACHINE['WORD_BITS']) // 8


def view():
    """What is needed to read the kernel's memory wherever the machine has stopped: nothing."""
    return contextlib.nullcontext()


def leave_stub(state, space, by_ipc, read):
    """Out of the code that makes system calls, by the words on the user's stack. read(address, bytes)."""
    def word(address):
        return int.from_bytes(read(address, WORD), MACHINE['BYTE_ORDER'])

    if by_ipc or M.in_stub(state[M.IP], space):
        state[M.IP] = word(state[M.SP])
        state[M.SP] += WORD
    if read(state[M.IP], len(M.LEAVE)) == M.LEAVE:
        state[M.FP] = word(state[M.SP])
        state[M.SP] += WORD + M.KEPT
        state[M.IP] += len(M.LEAVE)


def backtrace(state, space, _):
    """By gdb itself: the thread's page tables and registers take the place of the stopped machine's."""
    before = {r: int(gdb.parse_and_eval('$' + r)) & (1 << 8 * WORD) - 1 for r in state}
    root = int(gdb.parse_and_eval('$' + M.SPACE).format_string(format='x'), 16)
    try:
        load(M.tables(space), state)
        gdb.execute('backtrace')
    finally:
        load(root, before)


def load(root, values):
    """Set the page tables, which gdb itself cannot, and these registers of the stopped machine."""
    packet = 'maintenance packet P%x=%s' % (M.SPACE_NUMBER, root.to_bytes(WORD, MACHINE['BYTE_ORDER']).hex())
    for command in (packet, 'maintenance flush register-cache', 'maintenance flush dcache'):
        gdb.execute(command, to_string=True)
    for r, value in values.items():
        gdb.execute('set $%s = %d' % (r, value))
