# SPDX-License-Identifier: BSD-2-Clause
"""cycles.py - what instructions of PowerPC may cost on a 750, in cycles: bench/estimate.py.

Where each cost is from: bench/METHOD.md.
"""
GHZ = 0.233
NAME = 'PowerPC 750, 233 MHz'
CPI = 0.7  # of everything that is not in COSTLY, all in the first-level caches
WALK = 0  # translations stay over a switch, and the kernel uses none
L2, L3 = 9, 40  # a line from there, from memory; misses do not overlap
ENTRY = 5  # an interrupt or exception, up to the first instruction of the kernel

# Classes of bench/scope/arch/ppc32, in the order in which they are shown, and what each of them costs.
SHOWN = ('sc', 'rfi', 'mtsr', 'mtmsr', 'mtspr', 'mfspr', 'mftb', 'mtjump', 'mfjump', 'mtxer', 'mtcr', 'mfcr',
         'tlbie', 'sync', 'isync', 'eieio', 'lwarx', 'stwcx', 'lmw', 'stmw', 'mul', 'div', 'fp')
COSTLY = {
    'sc': 5, 'rfi': 5, 'mtsr': 3, 'mfsr': 3, 'mtmsr': 3, 'mfmsr': 3, 'mtspr': 3, 'mfspr': 3, 'mtbat': 3,
    'mfbat': 3, 'mftb': 3, 'mtjump': 2, 'mfjump': 3, 'mtxer': 2, 'mfxer': 3, 'mtcr': 2, 'mfcr': 2,
    'tlbie': 3, 'tlbsync': 3, 'sync': 3, 'isync': 2, 'eieio': 3, 'lwarx': 3, 'stwcx': 8, 'lmw': 19,
    'stmw': 19, 'dcbz': 6, 'dcb': 3, 'icbi': 3, 'mul': 4, 'div': 19,
}
LOCKED = 0
SPACE = 'mtsr'  # loads a part of other page tables
PAGE = 'tlbie'  # forgets one page


def bare_entry(machine):
    """The cheapest way into the kernel and back."""
    return sum(COSTLY[name] for name in {'ppc32': ('sc', 'rfi')}[machine])
