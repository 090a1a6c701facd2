/* SPDX-License-Identifier: BSD-2-Clause */
/* No object has thread-local storage (arch/i386/pthread_arch.h): there are no descriptors of it. */
	.section .note.GNU-stack, "", @progbits
