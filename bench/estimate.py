# SPDX-License-Identifier: BSD-2-Clause
"""estimate.py - what the counted operations may cost on one real processor, in cycles. An estimate.

Every cost is quoted from memory of a publication or assumed (bench/METHOD.md says which is which and what
is left out); nothing here was measured by us.
"""
import collections

import place

Estimate = collections.namedtuple('Estimate', 'plain costly tlb warm l2 l3')

CPU = place.cycles()

# Liedtke's own figures: the 486 at 50 MHz.
LIEDTKE_ENTRY, LIEDTKE_L3, LIEDTKE_RPC_US, LIEDTKE_MHZ = 107, 123, 10.0, 50

ROWS = ['null_syscall', 'ipc_oneway_cross_kernel', 'ipc_rtt_cross_0', 'ipc_rtt_same_0', 'ipc_rtt_cross_63',
        'pf_rtt', 'map_4k', 'flush_4k', 'irq_user', 'exception_rtt', 'thread_cycle_start', 'string_4k',
        'ipc_rtt_small_small', 'ipc_rtt_large_small', 'ipc_rtt_large_large', 'ipc_rtt_bare_0',
        'ipc_rtt_same_bare']


def estimate(window):
    counts = {name: sum(pair) for name, pair in window['class'].items() if name in CPU.COSTLY}
    locked = window['lock_prefixed']['total'] + window['xchg_mem']['total']
    costly = sum(n * CPU.COSTLY[name] for name, n in counts.items()) + locked * CPU.LOCKED
    costly += window['u2k_exception_or_irq'] * CPU.ENTRY
    plain = (window['insn']['total'] - sum(counts.values()) - locked) * CPU.CPI
    tlb = window['tlb_model']['miss']['user_4k'] * CPU.WALK if counts.get(CPU.SPACE) else 0
    warm, lines = plain + costly + tlb, window['footprint_window']['line_unified']
    return Estimate(plain, costly, tlb, warm, warm + lines * CPU.L2, warm + lines * CPU.L3)
