# SPDX-License-Identifier: BSD-2-Clause
"""debug.py - ppc32 for the gdb commands of tools/debug.py."""
import gdb

DIRECT, DIRECT_END = 0xc0000000, 0xe0000000	# 512 MiB of physical memory
FIXED = DIRECT				# no page table has the kernel's addresses
IP, SP = 'pc', 'r1'
SAVED = {'pc': 'ip', 'r1': 'r1', 'lr': 'lr'}
ADDRESS = 0xfffff000			# of a page table entry
TABLE, PRESENT, LARGE = ADDRESS, 2, 0	# bits that show an entry: of the directory, of a page table
SHIFTS = (22, 12)			# of the levels of page tables
ENTRIES, ENTRY_BYTES = 1024, 4


def top(space, _):
    """The kernel's address of the table in which the walk for an address begins."""
    return int(space['arch']['root'])


def running(_):
    """The thread that runs, or did so last."""
    return DIRECT + (int(gdb.parse_and_eval('$sprg0')) & 0xffffffff)
