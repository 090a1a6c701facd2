# SPDX-License-Identifier: BSD-2-Clause
# Compiler flags that only x86-64 has. An interrupt in the kernel would overwrite a red zone.
MACHINE_CODE    := -mno-red-zone
# No instruction on vector registers.
NO_VECTORS      := -mgeneral-regs-only
KERNEL_CODE     := -mcmodel=kernel $(NO_VECTORS)
# No code needs a stack aligned to more than a word: without vector registers no instruction needs a value of
# 16 bytes to be aligned, but gcc aligns the stack for one unless the stack is said to be aligned
# (-mincoming-stack-boundary).
KERNEL_STACK    := $(if $(findstring clang,$(CC)),-mstack-alignment=8,-mpreferred-stack-boundary=3 \
	-mincoming-stack-boundary=4)
