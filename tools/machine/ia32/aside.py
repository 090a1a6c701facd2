# SPDX-License-Identifier: BSD-2-Clause
"""aside.py - ia32 for tests/guest/attack/aside: where NMIs come, and what a machine check shows."""
import re

# Symbols; then a number, of a stub of exceptions (#UD, #PF), or an instruction: the first one there.
STARTS = ['entry_sysenter', 'entry_clock', 'leave_to', 'fast_leave', 'entry_irq', 'entry_stubs 6',
          'entry_stubs 14', 'arch_tlb_load ,%cr3', 'kernel_leave clts', 'put_away']
CPU = 'max'
STUBS_END = 'entry_irqs'
IP = 8					# its number in the protocol of gdb
SHOWN = r'^eip ([0-9a-f]{8})'		# by the report of a machine check
HANDLER = 'entry_nmi'			# runs after an NMI
TSS_ESP0, TSS_EIP = 4, 32		# SDM 3A 7.2.1


def interrupted(machine, at):
    """The instruction before which the NMI came: in the TSS, whose ESP0 entry.S reads first."""
    esp0 = int(re.search(r'^#define LOCAL_ESP0 (\d+)', at.offsets, re.M).group(1))
    return machine.word(at['cpu_locals'] + esp0 - TSS_ESP0 + TSS_EIP)


EXIT = 'kernel_leave'			# each exit of a debug kernel calls it
FPU_SWITCH = 'fpu_switch'		# some exits after it the FPU contains a state
FPU_OWNER, ENTRIES, PERIOD = 4, 8, 61	# struct cpu_local; CHECK_PERIOD


def has_state(machine, at):
    """Does the FPU contain a thread's state?"""
    return machine.word(at['cpu_locals'] + FPU_OWNER) != 0


def make_check_due(machine, at):
    """The kernel counts exits, and checks everything at each of that period."""
    machine.write(at['cpu_locals'] + ENTRIES, (PERIOD - 1).to_bytes(4, 'little'))
