/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_actors.c - the threads of the string tests: senders, receivers, pagers.
 */
#include "string_items.h"

void take(void *arg)
{
	struct taker *t = arg;
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	if (!L4_IsNilThread(t->pager))
		L4_Set_Pager(t->pager);
	L4_Set_XferTimeouts(t->xfer);
	L4_AcceptStrings(t->accept, &t->buffers);
	tag = L4_Ipc(L4_nilthread, t->from, 0, &from);
	receive_note(&t->got, tag, from);
}

void taker_init(struct taker *t)
{
	*t = (struct taker){ .from = L4_anythread, .accept = L4_StringItemsAcceptor };
	L4_MsgBufferClear(&t->buffers);
}

void taker_buffer(struct taker *t, word at, int n)
{
	L4_MsgBufferAppendSimpleRcvString(&t->buffers, L4_StringItem(n, (void *)at));
}

word send_string(L4_ThreadId_t to, word at, int n)
{
	L4_Msg_t msg;
	L4_MsgTag_t tag;

	L4_MsgClear(&msg);
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(n, (void *)at));
	L4_MsgLoad(&msg);
	tag = L4_Send(to);
	return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

void load_string(word at, word n)
{
	L4_Set_MsgTag(tag_make(0, 0, 2));
	L4_LoadMR(1, n << 10);
	L4_LoadMR(2, at);
}

void echo_strings(void *arg)
{
	struct echo *e = arg;
	L4_MsgBuffer_t buffers;
	L4_ThreadId_t from;

	L4_MsgBufferClear(&buffers);
	L4_MsgBufferAppendSimpleRcvString(&buffers, L4_StringItem(PAGE, (void *)e->at));
	L4_AcceptStrings(L4_StringItemsAcceptor, &buffers);
	L4_Wait(&from);
	for (;;) {
		for (int i = 1; i < 3; i++)
			e->mr[i] = mr(i);
		load_string(e->at, e->mr[1] >> 10);
		L4_ReplyWait(from, &from);
	}
}

void give(void *arg)
{
	struct giver *g = arg;

	if (!L4_IsNilThread(g->pager))
		L4_Set_Pager(g->pager);
	L4_Set_XferTimeouts(g->xfer);
	g->error = send_string(g->to, g->at, g->bytes);
	g->done = 1;
}

static bool serve_fault(struct string_pager *p, L4_MsgTag_t tag, L4_ThreadId_t from)
{
	word at = mr(1), n = p->faults;
	L4_Fpage_t f = fpage(pool(SERVED + p->first + (unsigned)n % 64), 12, RW);

	if (image_fault(tag, at)) {
		image_map(at);
		return true;
	}
	if (n < 8) {
		p->address[n] = at;
		p->access[n] = tag_nibble(tag);
		p->ip[n] = mr(2);
		p->from[n] = from.raw;
	}
	p->faults = n + 1;
	if (p->delay)
		sleep_us(p->delay);
	load_map(1, f, at & -(word)PAGE);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	return !p->mute;
}

void serve_strings(void *arg)
{
	struct string_pager *p = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		if (serve_fault(p, tag, from))
			tag = L4_ReplyWait(from, &from);
		else
			tag = L4_Wait(&from);
	}
}

void fill_bytes(word at, word n, word seed)
{
	for (word i = 0; i < n; i++)
		((volatile char *)at)[i] = (char)(seed + i * 7 + i / 253);
}

bool has_bytes(word at, word n, word seed, word skip)
{
	for (word i = 0; i < n; i++)
		if (((volatile char *)at)[i] != (char)(seed + (skip + i) * 7 + (skip + i) / 253))
			return false;
	return true;
}

void make_target(struct space *s, unsigned pages)
{
	space_make(s);
	for (unsigned i = 0; i < pages; i++)
		map_page(s, DST + i, (word)i * PAGE, RW);
}

/* ---- pairs ---- */

void pair_init(struct pair *p, word src, word dst, int bytes)
{
	*p = (struct pair){ .to_pager = { .first = PARTNERS } };
	space_make(&p->from_space);
	space_make(&p->to_space);
	taker_init(&p->taker);
	taker_buffer(&p->taker, WINDOW + dst, bytes);
	p->taker.pager = thread_start(serve_strings, &p->to_pager);
	p->giver = (struct giver){ .at = WINDOW + src, .bytes = bytes };
	p->giver.pager = thread_start(serve_strings, &p->from_pager);
}

void pair_start(struct pair *p)
{
	p->to = space_start(&p->to_space, take, &p->taker);
	p->giver.to = p->to;
	p->from = space_start(&p->from_space, give, &p->giver);
}

void pair_wait(struct pair *p)
{
	for (unsigned i = 0; i < 1000 && !(p->giver.done && p->taker.got.done); i++)
		sleep_us(1000);
	CHECK(p->giver.done && p->taker.got.done);
}

void pair_present(struct pair *p, unsigned from_pages, unsigned to_pages)
{
	for (unsigned i = 0; i < from_pages; i++)
		map_page(&p->from_space, i, i * PAGE, RW);
	for (unsigned i = 0; i < to_pages; i++)
		map_page(&p->to_space, DST + i, i * PAGE, RW);
}

void pair_end(struct pair *p)
{
	thread_delete(p->giver.pager);
	thread_delete(p->taker.pager);
	space_delete(&p->from_space);
	space_delete(&p->to_space);
}
