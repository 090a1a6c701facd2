/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marks.c - see marks.h.
 */
#include <pecan/file_clients.h>
#include <pecan/marks.h>
#include <pecan/memory.h>
#include <string.h>

#include "marks.h"

enum { WORDS = MARKS_PAGE / sizeof(L4_Word_t) };

_Static_assert((unsigned)FILES_PLACES <= (unsigned)WORDS, "a table is one page");

static _Alignas(MARKS_PAGE) L4_Word_t tables[CLIENTS][WORDS];
static struct part { uint32_t inode, page; } parts[CLIENTS][FILES_PLACES];	/* of the marks that are not 0 */
static struct { L4_Word_t task, last; } owners[CLIENTS];	/* last: mark */
static unsigned owned;			/* the tables before this one may have an owner */
static unsigned set;			/* marks that are not 0 */

/* CLIENTS: it has none. */
static unsigned table_of(L4_Word_t task)
{
	unsigned t = 0;

	while (t < owned && owners[t].task != task)
		t++;
	return t < owned ? t : CLIENTS;
}

static void clear(unsigned t, unsigned place)
{
	set -= tables[t][place] != 0;
	__atomic_store_n(&tables[t][place], 0, __ATOMIC_SEQ_CST);
}

static void clear_table(unsigned t)
{
	for (unsigned i = 0; i < FILES_PLACES; i++)
		clear(t, i);
}

/* One that is of no client any more: there are as many tables as clients. */
static unsigned free_table(void)
{
	unsigned t = 0;

	while (t < owned && client_of(owners[t].task))
		t++;
	if (t == CLIENTS)
		return CLIENTS;
	if (t == owned)
		owned++;
	else
		pecan_take_back(tables[t]);
	return t;
}

const void *marks_table(L4_Word_t task)
{
	unsigned t = table_of(task);

	if (t == CLIENTS)
		t = free_table();
	if (t == CLIENTS)
		return NULL;
	owners[t].task = task;
	clear_table(t);			/* also so that the page is there to be sent */
	return tables[t];
}

L4_Word_t marks_set(L4_Word_t task, uint32_t inode, uint64_t page)
{
	unsigned t = table_of(task), place = marks_place(inode, (uint32_t)page);

	if (t == CLIENTS)
		return 0;
	clear(t, place);
	parts[t][place] = (struct part){ inode, (uint32_t)page };
	owners[t].last += owners[t].last + 1 == 0 ? 2 : 1;
	set++;
	__atomic_store_n(&tables[t][place], owners[t].last, __ATOMIC_SEQ_CST);
	return owners[t].last;
}

static void clear_page(uint32_t inode, uint32_t page)
{
	unsigned place = marks_place(inode, page);

	for (unsigned t = 0; t < owned; t++)
		if (parts[t][place].inode == inode && parts[t][place].page == page)
			clear(t, place);
}

void marks_clear(uint32_t inode, uint64_t offset, size_t bytes)
{
	uint64_t page = offset / MARKS_PAGE, end = (offset + bytes + MARKS_PAGE - 1) / MARKS_PAGE;

	for (; set > 0 && page < end; page++)
		clear_page(inode, (uint32_t)page);
}

void marks_clear_file(uint32_t inode)
{
	for (unsigned t = 0; t < owned && set > 0; t++)
		for (unsigned i = 0; i < FILES_PLACES; i++)
			if (parts[t][i].inode == inode)
				clear(t, i);
}

void marks_clear_all(void)
{
	for (unsigned t = 0; t < owned && set > 0; t++)
		clear_table(t);
}
