/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - propagation and redirection of messages. See route.h.
 */
#include <core/kernel.h>
#include <core/route.h>

struct thread *route_redirector(const struct thread *t)
{
	return t->space && !l4_tid_is_any(t->space->redirector) ? thread_find(t->space->redirector) : 0;
}

/* Returns true if a message of t, whose redirector is r, or 0, may go to threads of space `to` directly. */
static bool may_pass(const struct thread *t, const struct thread *r, const struct space *to)
{
	return t->space == to || (r && (r == t || r->space == to));
}

bool route_is_direct(const struct thread *t, const struct space *to)
{
	return l4_tid_is_any(t->space->redirector) || may_pass(t, route_redirector(t), to);
}

/*
 * Returns true if self is in t's chain of redirectors: the redirector of t's space, of that redirector's
 * space, and so on, up to CFG_REDIRECTORS.
 */
static bool redirects(const struct thread *self, const struct thread *t)
{
	for (unsigned i = 0; t && i < CFG_REDIRECTORS; i++) {
		t = route_redirector(t);
		if (t == self)
			return true;
	}
	return false;
}

/*
 * Check the virtual sender that t names; clear flag p if propagation is not permitted. It is permitted if the
 * virtual sender or dest is in t's space, or if t is in the virtual sender's chain of redirectors (api 5.9).
 */
static void propagate(struct thread *t, const struct thread *dest)
{
	l4_tid_t name = { *thread_tcr(t, L4_TCR_SENDER) };
	const struct thread *v = l4_tid_eq(name, t->id) ? t : thread_resolve(t, name);
	bool forwards = v && redirects(t, v);

	if (!v || (v->space != t->space && dest->space != t->space && !forwards)) {
		t->tag.raw &= ~(l4_word_t)L4_TAG_PROPAGATED;
		t->mr[0] = t->tag.raw;		/* so the sender can see that flag p was cleared */
		return;
	}
	t->route = (struct route){ .flags = L4_TAG_PROPAGATED, .sender = v->id };
	if (forwards) {
		t->route.flags |= L4_TAG_REDIRECTED;
		t->route.intended = dest->id;
	}
}

/* Returns true if t itself sends its message, with a label of the kernel's protocols. */
static bool is_claim(const struct thread *t)
{
	return l4_tag_of_kernel(t->tag) && !thread_has_kernel_message(t);
}

/*
 * Returns the receiver of t's message to dest; 0 if that is a redirector that does not exist. What claims to
 * be the kernel's and leaves the space is always redirected: r tells it from the kernel's messages for t.
 */
static struct thread *redirect(struct thread *t, struct thread *dest)
{
	struct thread *r = route_redirector(t);

	if (may_pass(t, r, dest->space) && (!is_claim(t) || t->space == dest->space || r == t))
		return dest;
	if (!r || r->kind != THREAD_USER)
		return 0;
	t->route.flags |= L4_TAG_REDIRECTED;
	t->route.intended = dest->id;
	if (l4_tid_eq(t->recv_from, dest->id))
		t->recv_from = r->id;
	return r;
}

/* Messages to interrupt threads are acknowledgements: never propagated, never redirected. */
struct thread *route_find(struct thread *t, struct thread *dest)
{
	if (dest->kind == THREAD_IRQ)
		return dest;
	if (t->tag.raw & L4_TAG_PROPAGATED)
		propagate(t, dest);
	return l4_tid_is_any(t->space->redirector) ? dest : redirect(t, dest);
}

bool route_is_local(const struct thread *from, const struct space *s)
{
	if (from->route.flags & L4_TAG_PROPAGATED)
		from = thread_find(from->route.sender);
	return from && from->space && from->space == s;
}

/* Returns the id, local or global, by which threads of s see the thread with this global id. */
static l4_tid_t seen_from(l4_tid_t id, const struct space *s)
{
	const struct thread *t = thread_find(id);

	return t ? thread_id_for(t, s) : id;
}

l4_tid_t route_sender_seen(const struct thread *from, struct thread *to)
{
	if (from->route.flags & L4_TAG_REDIRECTED)
		*thread_tcr(to, L4_TCR_INTENDED_RECEIVER) = seen_from(from->route.intended, to->space).raw;
	if (!(from->route.flags & L4_TAG_PROPAGATED))
		return thread_id_for(from, to->space);
	*thread_tcr(to, L4_TCR_SENDER) = from->id.raw;	/* never a local id (ambiguity B19a) */
	return seen_from(from->route.sender, to->space);
}
