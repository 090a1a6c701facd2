/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * section.h - code that is freed after boot, and code that is seldom run (docs/decisions/hot-and-cold.md).
 *
 * BOOT_CODE marks a function that only boot code calls, in a file that has other functions too. It is
 * freed before the first program runs; a call of it from code that remains does not link (kernel.ld).
 */
#ifndef LIB_SECTION_H
#define LIB_SECTION_H

#define BOOT_CODE __attribute__((section(".init.text"), cold))

/* In a declaration: compiled for size, placed after all hot code, and a call of it is assumed to be
 * unlikely. */
#define COLD_CODE __attribute__((cold))

/* Never inlined: a case apart from a function's straight line, which saves no registers for it. */
#define NOINLINE __attribute__((noinline))

/* Always inlined, regardless of its size: for functions on the fast path. */
#define INLINE inline __attribute__((always_inline))

#endif
