/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - memory of the program.
 */
#ifndef POSIX_MEMORY_H
#define POSIX_MEMORY_H

#include "call.h"

px_call px_mmap, px_mremap, px_munmap;

#endif
