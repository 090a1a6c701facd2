/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump.h - registers and calls of a stopped thread, for a report.
 */
#ifndef ROOT_DUMP_H
#define ROOT_DUMP_H

#include <x2/word.h>

struct elf;

/*
 * Report registers and calls of a stopped thread of the program e. frame: of the page with its stack pointer,
 * and of the page after that; 0: none. For workers.
 */
void dump_thread(const struct elf *e, l4_word_t thread, const l4_word_t frame[2]);

#endif
