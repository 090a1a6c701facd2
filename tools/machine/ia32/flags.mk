# SPDX-License-Identifier: BSD-2-Clause
# Compiler flags that only ia32 has. i686: the CPUs that have PAE; CMPXCHG8B changes a PTE at once.
MACHINE_CODE    := -march=i686
# No instruction on vector registers or of the x87. MMX and SSE: gcc otherwise uses them for 64-bit values.
NO_VECTORS      := -mgeneral-regs-only
# The first three arguments of a function are in EAX, EDX and ECX, also in words32/int64.c.
KERNEL_CODE     := $(NO_VECTORS) -mregparm=3
# No code needs a stack aligned to more than a word.
KERNEL_STACK    := $(if $(findstring clang,$(CC)),-mstack-alignment=4,-mpreferred-stack-boundary=2)
# Programs of musl have no other instructions either.
HOSTED_CODE     := $(MACHINE_CODE)
# A program that is linked with musl has no thread-local storage.
CHECK_PROGRAM   := tools/check-tls
