/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.c - see answer.h.
 */
#include <l4/ipc.h>
#include <proto/sockets_server.h>
#include <string.h>

#include "answer.h"

static struct {
	struct sock *from;		/* NULL: no answer is kept */
	const struct client *client;
	L4_ThreadId_t thread;
	bool peek;
} kept;

L4_ThreadId_t answer_kept(void)
{
	return kept.from ? kept.thread : L4_nilthread;
}

void answer_left(bool sent)
{
	if (kept.from && sent && !kept.peek)
		sock_drop_piece(kept.from);
	kept.from = NULL;
}

void answer_now(void)
{
	if (kept.from)
		answer_left(L4_IpcSucceeded(L4_Reply(kept.thread)));
}

void answer_now_to(const struct client *c)
{
	if (kept.client == c)
		answer_now();
}

/* What is received is the socket's until the thread has the answer; an error is left to its next request. */
void answer_receive(struct client *c, L4_ThreadId_t thread, L4_Word_t handle, struct wait_part part)
{
	struct sock *s = sock_of(&c->owner, handle);
	struct reception r = { client_part(c, part.offset, part.bytes), part.bytes, .peek = true };
	bool has_some = s && s->pieces > 0;
	enum sockets_status e = has_some ? sock_receive(s, &r) : SOCKETS_E_AGAIN;
	struct sockets_receive_out out = answer_received(&r);

	answer_now();
	if (e == SOCKETS_OK && s->kind->is_datagrams) {
		put_sockets_receive(e, &out);
		kept.from = s;
		kept.client = c;
		kept.thread = thread;
		kept.peek = part.peek;
	} else if (answer_sockets_receive(thread, e, &out) && e == SOCKETS_OK && !part.peek) {
		sock_take(s, r.got);
	}
}

void answer_wait(L4_ThreadId_t thread, L4_Word_t wakes, const struct sockets_entry *entry, unsigned n)
{
	struct sockets_wait_out out = { .wakes = wakes, .list_bytes = n * sizeof *entry };

	memcpy(out.list, entry, out.list_bytes);
	answer_now();
	answer_sockets_wait(thread, SOCKETS_OK, &out);
}

void answer_bell(const struct client *c, L4_ThreadId_t thread, uint32_t taken)
{
	struct sockets_bell_out out = { .wakes = c->wakes };
	enum sockets_status e = ring_status(c, taken, &out.idle);

	answer_now();
	answer_sockets_bell(thread, e, &out);
}

void answer_resolve(L4_ThreadId_t thread, enum sockets_status s, struct socket_address a)
{
	answer_now();
	answer_sockets_resolve(thread, s, &(struct sockets_resolve_out){ a.high, a.low });
}
