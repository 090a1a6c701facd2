# SPDX-License-Identifier: BSD-2-Clause
"""debug.py - ia32 for the gdb commands of tools/debug.py."""
DIRECT, DIRECT_END = 0xc8000000, 0xf3c00000	# 700 MiB of physical memory
IP, SP, FP = 'eip', 'esp', 'ebp'
SAVED = {IP: 'ip', SP: 'sp', FP: 'bp'}
FIXED = None
ADDRESS = 0x000ffffffffff000		# of a page table entry
TABLE, PRESENT, LARGE = 1, 1, 0x80	# bits that show an entry
SHIFTS = (21, 12)			# of the levels of page tables, below the table of four pointers
TOP_SHIFT = 30
ENTRIES, ENTRY_BYTES = 512, 8
SPACE, SPACE_NUMBER = 'cr3', 0x15	# its number in the protocol between gdb and QEMU
# What follows `call` in an Ipc of libl4: mov %ebp, %ecx; pop %ebp
LEAVE, KEPT = bytes.fromhex('89e95d'), 0


def top(space, address):
    """The kernel's address of the table in which the walk for an address begins."""
    return DIRECT + (int(space['arch']['pdpt'][address >> TOP_SHIFT]) & ADDRESS)


def tables(space):
    """What SPACE has when that space is loaded."""
    return int(space['arch']['pdpt'].address) - DIRECT


def in_stub(ip, space):
    """Is it in the code that makes system calls?"""
    return ip >> 12 == int(space['kip_area']['raw']) >> 12


def running(kernel):
    """The thread behind the registers that the CPU pushes, to TSS.ESP0."""
    return int(kernel('cpu_locals')[0]['tss']['esp0'])
