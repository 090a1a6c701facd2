# SPDX-License-Identifier: BSD-2-Clause
"""stack.py - the kernel's stacks on ia32, for tools/stack-depth."""
STACK, OTHER_STACK = 8192, 4096		# KERNEL_STACK_BYTES, TASK_STACK_BYTES of kernel/arch/ia32/local.h
INTERRUPT = 5 * 4			# what the CPU and entry_irq push in a window
SWITCH = 4 * 4			# what stack_switch keeps (user/root/arch)

# What assembly calls on the stack of the kernel, and on the other ones.
ROOTS = ['trap_ipc', 'trap_syscall', 'trap_user', 'trap_irq', 'trap_interrupt', 'trap_kernel']
ASIDE = 'trap_nmi'

# Functions of circles, and how often a chain can have them: page tables have two levels, and the last has no
# tables below it (ptab_arch.c).
CIRCLES = {'prune': 2, 'free_below': 2}
