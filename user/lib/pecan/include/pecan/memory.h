/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - memory from the root task.
 */
#ifndef PECAN_MEMORY_H
#define PECAN_MEMORY_H

#include <stdbool.h>

#include <pecan/root.h>

struct pecan_memory { L4_Word_t total, free, reserved, limit, used, kept; };

/*
 * Addresses that root never gives out by itself: room for receive windows and for mappings that
 * come from other pagers.
 */
#define PECAN_WINDOW_BASE	0x200000000000ul
#define PECAN_WINDOW_END	0x300000000000ul

/* Zeroed read-write memory, rounded up to pages, which come when they are touched; 0 if refused. */
void *pecan_map(L4_Word_t size);
enum root_error pecan_map_at(L4_Word_t size, L4_Word_t address, void **at);

/*
 * The same, and all of it is taken and cleared at once. 2 MiB, aligned, are one page of the machine as long
 * as there are such blocks: one page fault maps it. No thread may touch the memory before.
 */
void *pecan_populate(L4_Word_t size);
enum root_error pecan_populate_at(L4_Word_t size, L4_Word_t address, void **at);

enum root_error pecan_unmap(void *at);

/* Memory of the functions above, whole, cannot be written from now on, but perhaps be executed. */
enum root_error pecan_seal(void *at, bool executable);

/* Device memory (right phys=): the address of physical byte `address`. */
enum root_error pecan_phys(L4_Word_t address, L4_Word_t size, void **at);

enum root_error pecan_memory(struct pecan_memory *m);

#endif
