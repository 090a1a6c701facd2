/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - included before all files: what Pecan's C library has and the host's has not.
 */
#ifndef __ASSEMBLER__
#include <stddef.h>

size_t root_strlcpy(char *to, const char *from, size_t room);
#endif
