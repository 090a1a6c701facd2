# SPDX-License-Identifier: BSD-2-Clause
"""stack.py - the kernel's stacks on ppc32, for tools/stack-depth."""
STACK, OTHER_STACK = 8192, 4096
INTERRUPT = 0

ROOTS = ['trap_ipc', 'trap_syscall', 'trap_user', 'trap_irq', 'trap_interrupt', 'trap_kernel']
ASIDE = 'trap_aside'

CIRCLES = {'prune': 2, 'free_below': 2}
