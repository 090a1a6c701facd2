# SPDX-License-Identifier: BSD-2-Clause
# Compiler flags that only ppc32 has. 750: 32 bits, big-endian, segment registers. No small data areas: r13
# and r2 have other uses.
WORD_FLAG       := $(if $(findstring clang,$(CC)),--target=powerpc-linux-gnu)
MACHINE_CODE    := -mcpu=750 $(if $(findstring clang,$(CC)),,-G0 -msdata=none -mmultiple)
# No instruction on floating-point registers.
NO_VECTORS      := -msoft-float
KERNEL_CODE     := $(NO_VECTORS)
# The ABI's alignment of the stack, 16 bytes.
KERNEL_STACK    :=
# Programs of musl have no other instructions either.
HOSTED_CODE     := $(MACHINE_CODE) $(NO_VECTORS)
