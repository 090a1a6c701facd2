/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - the input of the program. Peek and skip are called under px_files_lock (file.h).
 */
#ifndef POSIX_INPUT_H
#define POSIX_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/* As px_peek and px_skip (io.h). */
long px_input_peek(char *to, size_t bytes);
void px_input_skip(size_t bytes);

/* Start to read the input, after -EAGAIN of peek. Returns false if that is impossible. */
bool px_input_want(void);

#endif
