# SPDX-License-Identifier: BSD-2-Clause
"""stack.py - the kernel's stacks on x86-64, for tools/stack-depth."""
STACK, OTHER_STACK = 8192, 4096		# KERNEL_STACK_BYTES, IST_BYTES of kernel/arch/x86_64/local.h
INTERRUPT = 7 * 8 + 15 * 8		# what the CPU and entry_irq push in a window
SWITCH = 6 * 8			# what stack_switch keeps (user/root/arch)

# What assembly calls on the stack of the kernel, and on the other ones.
ROOTS = ['trap_ipc', 'trap_syscall', 'trap_user', 'trap_irq', 'trap_interrupt', 'trap_kernel', 'gs_repair']
ASIDE = 'trap_aside'

# Functions of circles, and how often a chain can have them: page tables have four levels, and the last has no
# tables below it (ptab_arch.c).
CIRCLES = {'prune': 4, 'free_below': 4}
