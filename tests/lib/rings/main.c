/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the plays under libFuzzer: the first byte chooses one. Root and the name service are not reached.
 */
#include <pecan/dma.h>
#include <pecan/server.h>
#include <pecan/task.h>
#include <stdio.h>

#include "rings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum root_error pecan_dma_open(L4_Word_t block, L4_Word_t owner, struct pecan_dma *d)
{
	(void)block, (void)owner, (void)d;
	abort();
}

enum root_error pecan_dma_free(struct pecan_dma *d)
{
	(void)d;
	abort();
}

enum root_error pecan_task_by_number(L4_Word_t task, struct pecan_task *t)
{
	(void)task, (void)t;
	abort();
}

L4_Word_t pecan_client_task(L4_ThreadId_t client)
{
	(void)client;
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static play *const plays[] = { play_virtq, play_link, play_disk };
	struct bytes b = { data, size };
	const char *wrong = plays[next_byte(&b) % (sizeof(plays) / sizeof(plays[0]))](&b);

	if (!wrong)
		return 0;
	fprintf(stderr, "ERROR: %s\n", wrong);
	abort();
}
