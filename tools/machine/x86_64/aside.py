# SPDX-License-Identifier: BSD-2-Clause
"""aside.py - x86-64 for tests/guest/attack/aside: where NMIs come, and what a machine check shows."""
# Symbols; then a number, of a stub of exceptions (#UD, #PF), or an instruction: the first one there.
STARTS = ['entry_syscall', 'entry_call', 'fast_unmap', 'fast_leave', 'leave_to', 'entry_irq',
          'entry_stubs 6', 'entry_stubs 14']
CPU = 'max'
STUBS_END = 'entry_irqs'
IP = 16					# its number in the protocol of gdb
SHOWN = r'^rip ([0-9a-f]{16})'		# by the report of a machine check
HANDLER = 'trap_aside'			# runs after an NMI
RDI, FRAME_RIP = 5, 17 * 8		# its argument: struct arch_regs, 15 registers, entry, error code, RIP


def interrupted(machine, _):
    """The instruction before which the NMI came."""
    return machine.word(machine.register(RDI) + FRAME_RIP)


EXIT = 'kernel_leave'			# an exit calls it, unless by a direct switch
FPU_SWITCH = 'fpu_switch'		# some exits after it the FPU contains a state
FPU_OWNER, ENTRIES, PERIOD = 16, 24, 61	# struct cpu_local; CHECK_PERIOD


def has_state(machine, at):
    """Does the FPU contain a thread's state?"""
    return machine.word(at['cpu_locals'] + FPU_OWNER) != 0


def make_check_due(machine, at):
    """The kernel counts exits, and checks everything at each of that period."""
    machine.write(at['cpu_locals'] + ENTRIES, (PERIOD - 1).to_bytes(4, 'little'))
