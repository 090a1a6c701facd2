/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marks.h - copies of pages of files that their readers keep, and the server's marks that say whether they
 * are still right (FILES_MARKS, FILES_COPY; docs/decisions/page-copies.md).
 */
#ifndef PECAN_MARKS_H
#define PECAN_MARKS_H

#include <stdint.h>
#include <proto/files.h>

enum { MARKS_PAGE = 4096 };

/* Returns the place of the mark in the table. number: the lower half of that of FILES_OPEN. */
static inline unsigned marks_place(uint32_t number, uint32_t page)
{
	return (number * 29 + page) % FILES_PLACES;
}

#endif
