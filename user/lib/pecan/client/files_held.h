/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files_held.h - for file_ring.c: the connection of files.c to the server of the disk, and its open files.
 */
#ifndef FILES_HELD_H
#define FILES_HELD_H

#include <pecan/files.h>

/* connection: its number; it is another one after each restart of the server. */
struct files_held { L4_ThreadId_t server; unsigned connection; L4_Word_t handle; };

/*
 * The server, and the handle that the open file has there; f NULL: without a file. lost: the number of a
 * connection whose server does not answer, or does not know a handle of it: there is another one then; 0:
 * none is known to be. FILES_E_KIND: it is a file of /tmp.
 */
enum files_status files_hold(struct files_file *f, unsigned lost, struct files_held *h);

#endif
