# SPDX-License-Identifier: BSD-2-Clause
"""stack.py - the kernel's stacks on ppc32, for tools/stack-depth."""
# KERNEL_STACK_BYTES, PANIC_STACK_BYTES of kernel/arch/ppc32/local.h, without the first frame.
STACK, OTHER_STACK = 8192 - 16, 4096 - 16
INTERRUPT = 0				# one in a window discards what the stack has
SWITCH = 96			# what stack_switch keeps (user/root/arch)

# What assembly calls on the stack of the kernel, and on the other one.
ROOTS = ['trap_ipc', 'trap_syscall', 'trap_user', 'trap_interrupt']
ASIDE = 'trap_kernel'

# Functions of circles, and how often a chain can have them: page tables have two levels, and the last has no
# tables below it (ptab_arch.c).
CIRCLES = {'prune': 2, 'free_below': 2}
