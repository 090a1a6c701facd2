/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.h - free memory that a server uses for copies of what it can read again: the requests root_cache_put
 * and root_cache_get (docs/decisions/cache-memory.md).
 */
#ifndef ROOT_LEND_H
#define ROOT_LEND_H

#include <x2/word.h>

/* Returns the pages of the copies that can be had now. */
l4_word_t cache_pages(void);

#endif
