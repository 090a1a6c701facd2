/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - memory of the program.
 */
#ifndef POSIX_MEMORY_H
#define POSIX_MEMORY_H

#include <stdint.h>
#include "call.h"

px_call px_mremap, px_munmap;

/* The call mmap, but for the offset in the file, whose argument differs by the size of a word. */
long px_map(const struct px_args *p, uint64_t offset);

#endif
