# SPDX-License-Identifier: BSD-2-Clause
"""estimate.py - what the counted operations may cost on one real processor, in cycles. An estimate.

Every cost is quoted from memory of a publication or assumed (bench/METHOD.md says which is which and what
is left out); nothing here was measured by us.
"""
import collections

Estimate = collections.namedtuple('Estimate', 'plain costly tlb warm l2 l3')

GHZ = 4.0
NAME = 'Intel Skylake, 4.0 GHz'
CPI = 0.5  # of everything that is not in COSTLY, all in the first-level caches
WALK = 30  # a TLB refill whose entries are in the caches
L2, L3 = 12, 42  # a line from there; misses do not overlap
ENTRY = 150  # an interrupt or exception, up to the first instruction of the kernel

COSTLY = {
    'syscall': 82, 'sysret': 75, 'swapgs': 26, 'mov_to_cr3': 186,
    'iret': 200, 'invlpg': 150, 'invpcid': 200, 'wrmsr': 100, 'rdmsr': 100, 'rdtsc': 25,
    'mov_to_cr0': 60, 'mov_from_cr': 10, 'clts': 40, 'fxsave': 70, 'fxrstor': 65, 'xsave': 80, 'xrstor': 80,
    'div': 40, 'cli': 5, 'sti': 5, 'in': 300, 'out': 300, 'mov_to_seg': 10,
}
LOCKED = 18

# Liedtke's own figures: the 486 at 50 MHz.
LIEDTKE_ENTRY, LIEDTKE_L3, LIEDTKE_RPC_US, LIEDTKE_MHZ = 107, 123, 10.0, 50

ROWS = ['null_syscall', 'ipc_oneway_cross_kernel', 'ipc_rtt_cross_0', 'ipc_rtt_same_0', 'ipc_rtt_cross_63',
        'pf_rtt', 'map_4k', 'flush_4k', 'irq_user', 'exception_rtt', 'thread_cycle_start', 'string_4k']


def bare_entry():
    """The cheapest way into the kernel and back that the processor has."""
    return COSTLY['syscall'] + COSTLY['sysret'] + 2 * COSTLY['swapgs']


def estimate(window):
    counts = {name: sum(pair) for name, pair in window['class'].items() if name in COSTLY}
    locked = window['lock_prefixed']['total'] + window['xchg_mem']['total']
    costly = sum(n * COSTLY[name] for name, n in counts.items()) + locked * LOCKED
    costly += window['u2k_exception_or_irq'] * ENTRY
    plain = (window['insn']['total'] - sum(counts.values()) - locked) * CPI
    tlb = window['tlb_model']['miss']['user_4k'] * WALK if counts.get('mov_to_cr3') else 0
    warm, lines = plain + costly + tlb, window['footprint_window']['line_unified']
    return Estimate(plain, costly, tlb, warm, warm + lines * L2, warm + lines * L3)
