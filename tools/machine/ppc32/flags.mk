# SPDX-License-Identifier: BSD-2-Clause
# Compiler flags that only ppc32 has. 750: 32 bits, big-endian, segment registers. No small data areas: r13
# and r2 have other uses.
WORD_FLAG       := $(if $(findstring clang,$(CC)),--target=powerpc-linux-gnu)
# user/lib/c/arch/ppc32/atomic.S has the atomic operations on 64 bits, of which clang warns.
MACHINE_CODE    := -mcpu=750 $(if $(findstring clang,$(CC)),-Wno-atomic-alignment, \
	-G0 -msdata=none -mmultiple -mno-gnu-attribute)
# No instruction on floating-point registers.
NO_VECTORS      := -msoft-float
# STMW saves registers; small structures are returned in registers; r13 addresses variables (kernel.ld).
KERNEL_CODE     := $(NO_VECTORS) $(if $(findstring clang,$(CC)),,-fno-shrink-wrap-separate \
	-msvr4-struct-return -msdata=sysv -G3840 -ffixed-cr2 -ffixed-cr3 -ffixed-cr4)
# The ABI's alignment of the stack, 16 bytes.
KERNEL_STACK    :=
# Programs of musl may use the FPU: their ABI passes numbers in its registers. musl has no other long double.
HOSTED_CODE     := $(MACHINE_CODE) -mlong-double-64
# Thread-local variables are reached by __tls_get_addr alone: r2 is not the thread pointer (ppc32 12). gcc
# needs -fPIC for that.
TLS_CODE        := -fPIC -ftls-model=global-dynamic
TLS_LINK        := -Wl,--no-tls-optimize
CHECK_PROGRAM   := tools/check-tls
CHECK_OBJECTS   := yes
