# SPDX-License-Identifier: BSD-2-Clause
"""cycles.py - what instructions of x86 may cost on one processor, in cycles: bench/estimate.py.

Every cost is quoted from memory of a publication or assumed (bench/METHOD.md says which is which).
"""
GHZ = 4.0
NAME = 'Intel Skylake, 4.0 GHz'
CPI = 0.5  # of everything that is not in COSTLY, all in the first-level caches
WALK = 30  # a TLB refill whose entries are in the caches
L2, L3 = 12, 42  # a line from there; misses do not overlap
ENTRY = 150  # an interrupt or exception, up to the first instruction of the kernel

# Classes of bench/scope/arch/x86, in the order in which they are shown, and what each of them costs.
SHOWN = ('syscall', 'sysret', 'sysenter', 'sysexit', 'int_n', 'far_jmp_call', 'iret', 'swapgs', 'mov_to_cr3',
         'wrmsr', 'rdmsr', 'invlpg', 'invpcid', 'rdtsc', 'in', 'out', 'fxsave', 'fxrstor', 'xsave', 'xrstor',
         'mov_to_seg', 'cli', 'sti', 'div')
COSTLY = {
    'syscall': 82, 'sysret': 75, 'swapgs': 26, 'mov_to_cr3': 186,
    'sysenter': 82, 'sysexit': 75, 'int_n': 150, 'far_jmp_call': 30,
    'iret': 200, 'invlpg': 150, 'invpcid': 200, 'wrmsr': 100, 'rdmsr': 100, 'rdtsc': 25,
    'mov_to_cr0': 60, 'mov_from_cr': 10, 'clts': 40, 'fxsave': 70, 'fxrstor': 65, 'xsave': 80, 'xrstor': 80,
    'div': 40, 'cli': 5, 'sti': 5, 'in': 300, 'out': 300, 'mov_to_seg': 10,
}
LOCKED = 18
SPACE = 'mov_to_cr3'  # loads other page tables
PAGE = 'invlpg'  # forgets one page


def bare_entry(machine):
    """The cheapest way into the kernel and back that a machine has."""
    way = {'x86_64': ('syscall', 'swapgs', 'swapgs', 'sysret'), 'ia32': ('sysenter', 'sysexit')}[machine]
    return sum(COSTLY[name] for name in way)
