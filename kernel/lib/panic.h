/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic.h - the end of the kernel, for broken invariants only: no user input may lead here.
 * ASSERT stays in release builds where it costs a compare off the hot path; CHECK is for the
 * *_check functions and exists only in debug and host builds.
 */
#ifndef LIB_PANIC_H
#define LIB_PANIC_H

/* Prints the text and the state needed to debug it, then stops the machine (host: abort). */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

#ifdef PECAN_DEBUG
#define ASSERT(cond) \
	((cond) ? (void)0 : panic("%s:%d: broken invariant: %s", __FILE_NAME__, __LINE__, #cond))
#else
/* An undefined instruction; the panic shows its address. A text would cost too much code. */
#define ASSERT(cond) ((cond) ? (void)0 : __builtin_trap())
#endif

#endif
