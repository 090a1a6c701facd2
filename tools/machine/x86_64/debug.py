# SPDX-License-Identifier: BSD-2-Clause
"""debug.py - x86-64 for the gdb commands of tools/debug.py."""
DIRECT, GATEWAY = 0xffff800000000000, 0xffffffffc0000000	# all of physical memory; the page that users see
DIRECT_END = GATEWAY
IP, SP, FP = 'rip', 'rsp', 'rbp'
SAVED = {IP: 'ip', SP: 'sp', FP: 'bp'}
FIXED = None
ADDRESS = 0x000ffffffffff000		# of a page table entry
TABLE, PRESENT, LARGE = 1, 1, 0x80	# bits that show an entry
SHIFTS = (39, 30, 21, 12)		# of the levels of page tables
ENTRIES, ENTRY_BYTES = 512, 8
SPACE, SPACE_NUMBER = 'cr3', 0x1d	# its number in the protocol between gdb and QEMU
# What follows `call` in a system call of libl4: pop %rbp; lea 128(%rsp), %rsp
LEAVE, KEPT = bytes.fromhex('5d488da42480000000'), 128


def top(space, _):
    """The kernel's address of the table in which the walk for an address begins."""
    return int(space['arch']['root'][0])


def tables(space):
    """What SPACE has when that space is loaded, but for tags."""
    return int(space['arch']['root'][0]) - DIRECT


def in_stub(ip, _):
    """Is it in the code that makes system calls?"""
    return GATEWAY <= ip < GATEWAY + 4096


def running(kernel):
    """The thread behind the registers that the CPU pushes, to TSS.RSP0."""
    return int(kernel('cpu_locals')[0]['tss']['rsp0'])
