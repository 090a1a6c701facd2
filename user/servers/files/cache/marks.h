/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marks.h - which pages of files clients have copies of (FILES_COPY; docs/decisions/page-copies.md).
 *
 * Each client that wants one has a table of marks, of its own, in its space for reading. A mark that is not
 * 0 says: the page that the client has read with it is still what the file has, as the last operation that
 * was committed has left it. So it becomes 0 before an operation changes one of those bytes, or makes the
 * file shorter.
 */
#ifndef FILES_MARKS_H
#define FILES_MARKS_H

#include <stddef.h>
#include <stdint.h>
#include <l4/types.h>

/* Returns the table of the task, which is a client: one page of the server's memory; NULL: there is none. */
const void *marks_table(L4_Word_t task);

/* The task reads this page of the file now. Returns its mark; 0: the task has no table. */
L4_Word_t marks_set(L4_Word_t task, uint32_t inode, uint64_t page);

/* These bytes of the file, all of a file, those of all files are about to change. */
void marks_clear(uint32_t inode, uint64_t offset, size_t bytes);
void marks_clear_file(uint32_t inode);
void marks_clear_all(void);

#endif
