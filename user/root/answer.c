/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.c - an answer into message registers.
 */
#include <l4/ipc.h>
#include "root.h"

void answer_load(struct answer *a)
{
	if (a->map) {
		L4_LoadMR(0, l4_tag(a->label, 0, 2).raw);
		L4_LoadMR(1, l4_map_item(a->base));
		L4_LoadMR(2, a->page.raw);
		return;
	}
	L4_LoadMR(0, l4_tag(a->label, a->words, 0).raw);
	L4_LoadMRs(1, (int)a->words, a->word);
}

void answer_send(l4_word_t to, struct answer *a)
{
	answer_load(a);
	L4_Reply(tid(to));
}
