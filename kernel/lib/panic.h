/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic.h - stops the kernel if an invariant is violated: no user input may cause that. ASSERT is part of
 * release builds too.
 */
#ifndef LIB_PANIC_H
#define LIB_PANIC_H

/* Prints the text and the registers, then stops the machine (host: abort). */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

#ifdef PECAN_DEBUG
#define ASSERT(cond) \
	((cond) ? (void)0 : panic("%s:%d: broken invariant: %s", __FILE_NAME__, __LINE__, #cond))
#else
/* An undefined instruction; the panic shows its address. A text for each would take too much space. */
#define ASSERT(cond) ((cond) ? (void)0 : __builtin_trap())
#endif

#endif
