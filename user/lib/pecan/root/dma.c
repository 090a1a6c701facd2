/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dma.c - see <pecan/dma.h>.
 */
#include <pecan/dma.h>
#include <proto/root_client.h>

enum { PAGE = 4096 };

enum root_error pecan_dma_new(L4_Word_t bytes, L4_ThreadId_t user, struct pecan_dma *d)
{
	struct root_dma_new_out out;
	enum root_error e = root_dma_new(pecan_root(), bytes, user, &out);

	*d = (struct pecan_dma){ out.block, (void *)out.address, out.physical, PAGE };
	while (d->bytes < bytes)
		d->bytes *= 2;
	return e;
}

enum root_error pecan_dma_open(L4_Word_t block, L4_Word_t owner, struct pecan_dma *d)
{
	struct root_dma_open_out out;
	enum root_error e = root_dma_open(pecan_root(), block, owner, &out);

	*d = (struct pecan_dma){ block, (void *)out.address, out.physical, out.bytes };
	return e;
}

enum root_error pecan_dma_share(const struct pecan_dma *d, L4_ThreadId_t user)
{
	return root_dma_share(pecan_root(), d->block, user);
}

enum root_error pecan_dma_free(struct pecan_dma *d)
{
	enum root_error e = root_unmap(pecan_root(), (L4_Word_t)d->at);

	*d = (struct pecan_dma){ 0 };
	return e;
}
