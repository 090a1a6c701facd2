/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - see <pecan/memory.h>.
 */
#include <l4/space.h>
#include <pecan/memory.h>
#include <proto/root_client.h>

enum { PAGE = 4096 };

enum root_error pecan_map_at(L4_Word_t size, L4_Word_t address, void **at)
{
	struct root_map_out out;
	enum root_error e = root_map(pecan_root(), size, address, &out);

	*at = (void *)out.address;
	return e;
}

void *pecan_map(L4_Word_t size)
{
	void *at;

	pecan_map_at(size, 0, &at);
	return at;
}

enum root_error pecan_populate_at(L4_Word_t size, L4_Word_t address, void **at)
{
	struct root_populate_out out;
	enum root_error e = root_populate(pecan_root(), size, address, &out);

	*at = (void *)out.address;
	return e;
}

void *pecan_populate(L4_Word_t size)
{
	void *at;

	pecan_populate_at(size, 0, &at);
	return at;
}

enum root_error pecan_unmap(void *at)
{
	return root_unmap(pecan_root(), (L4_Word_t)at);
}

enum root_error pecan_seal(void *at, bool executable)
{
	return root_seal(pecan_root(), (L4_Word_t)at, executable);
}

enum root_error pecan_phys(L4_Word_t address, L4_Word_t size, void **at)
{
	struct root_phys_out out;
	enum root_error e = root_phys(pecan_root(), address, size, &out);

	*at = (void *)out.address;
	return e;
}

enum root_error pecan_memory(struct pecan_memory *m)
{
	struct root_memory_out out;
	enum root_error e = root_memory(pecan_root(), &out);

	*m = (struct pecan_memory){ out.total, out.free, out.reserved, out.limit, out.used, out.kept,
				    out.cached };
	return e;
}

void pecan_cache_put(struct pecan_cache *c)
{
	struct root_cache_put_out out = { 0 };

	if (root_cache_put(pecan_root(), c->n, c->place, c->address, c->bytes, &out) != ROOT_OK)
		out = (struct root_cache_put_out){ 0 };
	c->pages = out.pages;
	c->done = out.done;
}

void pecan_cache_get(struct pecan_cache *c)
{
	struct root_cache_get_out out = { 0 };

	if (root_cache_get(pecan_root(), c->n, c->place, c->address, c->bytes, &out) != ROOT_OK)
		out = (struct root_cache_get_out){ 0 };
	c->pages = out.pages;
	c->done = out.done;
}

void pecan_take_back(const void *page)
{
	L4_Fpage_t f = L4_Fpage((L4_Word_t)page, PAGE);

	L4_Set_Rights(&f, L4_FullyAccessible);
	L4_UnmapFpage(f);
}
