/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files_copy.h - reads of files.c without a message: from copies of pages that were read often, as long as
 * the server's marks say that they are right (<pecan/marks.h>). For one thread at a time.
 */
#ifndef FILES_COPY_H
#define FILES_COPY_H

#include <pecan/files.h>

/* There is another connection to the server: it has marked nothing. */
void copy_begin(void);

/*
 * Reads bytes of an open file if all are in one page, which was read often enough. block: as of FILES_GET.
 * Returns false if they have to be read by FILES_GET.
 */
bool copy_get(L4_ThreadId_t server, const char *block, const struct files_file *f, uint64_t offset, void *to,
	      size_t bytes);

#endif
