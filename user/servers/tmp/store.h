/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h - the bytes of files: pages of memory, each charged to the task that wrote it first, until it is
 * freed. Bytes that were never written are zero and have no page. Memory is allocated in chunks, as files
 * grow.
 */
#ifndef TMP_STORE_H
#define TMP_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pecan/places.h>

enum {
	STORE_PAGE = 4096, STORE_CHUNKS = 16,
	STORE_TASKS = 4, STORE_SECTIONS = 32,	/* a task gets at most a 4th; a 32nd is reserved for a section */
};

/* Allocates memory, aligned to pages, or returns NULL; frees it. Defined by the server. */
void *memory_take(size_t bytes);
void memory_give(void *at);

/* Sets the limit in bytes of all pages and their list. Returns false if that is too little. */
bool store_begin(size_t bytes);

/* Returns page number `index` of a file, whose number is not 0; NULL if it has no such page. */
char *store_find(uint32_t file, uint64_t index);

/* The same, but adds a missing page. NULL: the limit of the task is reached, or no page is free. */
char *store_make(struct holder who, uint32_t file, uint64_t index);

/* Frees the pages of a file beyond so many bytes. */
void store_cut(uint32_t file, uint64_t bytes);

unsigned store_pages(uint32_t file);
unsigned store_total(void);
unsigned store_free(void);

#endif
