/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - see <pecan/memory.h>.
 */
#include <pecan/memory.h>

enum root_error pecan_map_at(L4_Word_t size, L4_Word_t address, void **at)
{
	L4_Word_t in[2] = { size, address }, out;
	enum root_error e = pecan_call(&(struct pecan_call){ ROOT_MAP, in, 2, &out, 1 });

	*at = e == ROOT_OK ? (void *)out : 0;
	return e;
}

void *pecan_map(L4_Word_t size)
{
	void *at;

	pecan_map_at(size, 0, &at);
	return at;
}

enum root_error pecan_unmap(void *at)
{
	L4_Word_t address = (L4_Word_t)at;

	return pecan_call(&(struct pecan_call){ ROOT_UNMAP, &address, 1, 0, 0 });
}

enum root_error pecan_phys(L4_Word_t address, L4_Word_t size, void **at)
{
	L4_Word_t in[2] = { address, size }, out;
	enum root_error e = pecan_call(&(struct pecan_call){ ROOT_PHYS, in, 2, &out, 1 });

	*at = e == ROOT_OK ? (void *)out : 0;
	return e;
}

enum root_error pecan_memory(struct pecan_memory *m)
{
	return pecan_call(&(struct pecan_call){ ROOT_MEMORY, 0, 0, (L4_Word_t *)m,
						sizeof(*m) / sizeof(L4_Word_t) });
}
