/* SPDX-License-Identifier: BSD-2-Clause */
/* server.c - serves counter.idl. Messages that break the protocol do not come to these functions. */
#include <pecan/names.h>
#include <proto/counter_server.h>
#include <string.h>

struct counter_caller { L4_ThreadId_t thread; };	/* what the functions know of the sender */

static struct { L4_Word_t sum; char name[COUNTER_NAME]; } counters[COUNTERS];

enum counter_status serve_counter_add(struct counter_caller *c, const struct counter_add_in *in,
				      struct counter_add_out *out)
{
	(void)c;
	if (__builtin_add_overflow(counters[in->which].sum, in->amount, &out->sum))
		return COUNTER_E_OVERFLOW;
	counters[in->which].sum = out->sum;
	return COUNTER_OK;
}

enum counter_status serve_counter_reset(struct counter_caller *c, const struct counter_reset_in *in)
{
	(void)c;
	counters[in->which].sum = 0;
	return COUNTER_OK;
}

enum counter_status serve_counter_rename(struct counter_caller *c, const struct counter_rename_in *in)
{
	(void)c;
	strcpy(counters[in->which].name, in->name);
	return COUNTER_OK;
}

int main(void)
{
	struct counter_caller c;
	L4_MsgTag_t tag;

	if (pecan_register("counter", L4_nilthread) != NAMES_OK)
		return 1;
	tag = L4_Wait(&c.thread);
	for (;;)
		tag = counter_serve(tag, &c) ? L4_ReplyWait(c.thread, &c.thread) : L4_Wait(&c.thread);
}
