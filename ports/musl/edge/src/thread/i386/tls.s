/* SPDX-License-Identifier: BSD-2-Clause */
/* No object has thread-local storage (arch/i386/pthread_arch.h): nothing calls ___tls_get_addr. */
	.section .note.GNU-stack, "", @progbits
