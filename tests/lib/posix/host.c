/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - what a program needs on the host whose threads are those of kernel.c.
 */
#include <stdio.h>

size_t px_strlcpy(char *to, const char *from, size_t room)
{
	return (size_t)snprintf(to, room, "%s", from);
}
