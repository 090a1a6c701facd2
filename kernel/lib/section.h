/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * section.h - code that is thrown away, and code that is seldom run (docs/decisions/hot-and-cold.md).
 *
 * A function that only booting calls, in a file that is not all of that kind, is marked BOOT_CODE. It is
 * gone before the first program runs; a call of it from code that stays does not link (kernel.ld).
 */
#ifndef LIB_SECTION_H
#define LIB_SECTION_H

#define BOOT_CODE __attribute__((section(".init.text"), cold))

/* In its declaration: made small, kept behind all that is hot, and a call of it is taken to be unlikely. */
#define COLD_CODE __attribute__((cold))

/* Inlined where the call stands on the straight path, regardless of its size. */
#define INLINE inline __attribute__((always_inline))

#endif
