/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - included before all files: what musl has and the host's C library has not.
 */
#ifndef __ASSEMBLER__
#define _GNU_SOURCE
#include <stddef.h>

size_t px_strlcpy(char *to, const char *from, size_t room);
#endif
