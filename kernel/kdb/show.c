/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show.c - see show.h.
 */
#include <core/arch.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/timeout.h>
#include <kdb/show.h>
#include <lib/print.h>
#include <x2/inspect.h>

enum { LEAF = 1 << THREAD_LEAF_LOG2, ID_BYTES = 24, WORDS_OF_LINE = 4 };

static const char *const states[] = {
	[L4_SCHED_ERROR] = "error", [L4_SCHED_DEAD] = "dead", [L4_SCHED_INACTIVE] = "inactive",
	[L4_SCHED_RUNNING] = "ready", [L4_SCHED_PENDING_SEND] = "queued", [L4_SCHED_SENDING] = "sending",
	[L4_SCHED_WAITING] = "waiting", [L4_SCHED_RECEIVING] = "receiving",
};

/* Returns true if a key was pressed: end the list. */
static bool stopped(void) { return arch_getc() >= 0; }

static const char *id_text(char *text, l4_tid_t id)
{
	if (l4_tid_is_any(id))
		return "any";
	if (l4_tid_is_anylocal(id))
		return "local";
	if (l4_tid_is_nil(id))
		return "-";
	fmt_print(text, ID_BYTES, "%lu.%lu", l4_tid_number(id), l4_tid_version(id));
	return text;
}

static l4_tid_t partner_of(const struct thread *t)
{
	if (t->partner)
		return t->partner->id;
	return thread_waits(t) ? t->recv_from : L4_NILTHREAD;
}

static const char *state_of(const struct thread *t)
{
	static const char *const kinds[] = { [THREAD_IRQ] = "interrupt", [THREAD_IDLE] = "idle" };

	return t->kind == THREAD_USER ? states[thread_state(t)] : kinds[t->kind];
}

static void thread_line(const struct thread *t)
{
	char id[ID_BYTES], partner[ID_BYTES];

	printk("%10s  space %-4lu prio %3u  %-9s%s  partner %-10s  %lu us\n", id_text(id, t->id),
	       t->space ? t->space->number : 0, t->prio, state_of(t), t->halted ? " halted" : "",
	       id_text(partner, partner_of(t)), (l4_word_t)t->time_used);
}

/* Returns the first thread whose number is at least *number, and sets *number to the one after it; or 0. */
static struct thread *next_thread(l4_word_t *number)
{
	l4_word_t end = (l4_word_t)1 << L4_THREAD_BITS;

	while (*number < end) {
		struct thread *t = thread_numbered(*number);

		if (!kernel.table[*number >> THREAD_LEAF_LOG2])
			*number = (*number | (LEAF - 1)) + 1;
		else
			++*number;
		if (t && !l4_tid_is_any(t->id))
			return t;
	}
	return 0;
}

void show_threads(void)
{
	struct thread *t;

	for (l4_word_t n = 0; !stopped() && (t = next_thread(&n)); )
		thread_line(t);
}

static void id_list(const char *name, struct list *head, size_t offset)
{
	char id[ID_BYTES];

	if (list_empty(head))
		return;
	printk("%s:", name);
	for (struct list *l = head->next; l != head && !stopped(); l = l->next)
		printk(" %s", id_text(id, ((struct thread *)(void *)((char *)l - offset))->id));
	printk("\n");
}

static void thread_details(struct thread *t)
{
	static const char *const work[] = {
		"none", "transfer", "receive", "unmap", "control", "quantum", "expire",
	};
	static const char *const life[] = {
		[THREAD_ACTIVE] = "active", [THREAD_INACTIVE] = "inactive", [THREAD_DYING] = "dying",
	};
	char pager[ID_BYTES], scheduler[ID_BYTES];

	printk("  %s, send %u, recv %u, origin %u, work %s%s\n", life[t->life], t->send, t->recv, t->origin,
	       work[t->work], t->suspended ? ", suspended" : "");
	printk("  pager %s, scheduler %s, slice %lu of %lu us\n",
	       id_text(pager, t->utcb ? (l4_tid_t){ *thread_tcr(t, L4_TCR_PAGER) } : L4_NILTHREAD),
	       id_text(scheduler, t->scheduler), (l4_word_t)t->slice_left, (l4_word_t)t->slice);
	id_list("  senders (global)", &t->senders[0], offsetof(struct thread, send_link));
	id_list("  senders (local)", &t->senders[1], offsetof(struct thread, send_link));
	id_list("  waiters", &t->waiters, offsetof(struct thread, wait_link));
	if (t->timed)
		printk("  timeout at %lu us\n", (l4_word_t)t->until);
}

void show_thread(l4_word_t number)
{
	struct thread *t = number >> L4_THREAD_BITS ? 0 : thread_numbered(number);
	struct arch_user u;

	if (!t) {
		printk("no thread has the number %lu\n", number);
		return;
	}
	thread_line(t);
	thread_details(t);
	if (t->kind != THREAD_USER)
		return;
	u = arch_user_get(t);
	printk("  ip %lx sp %lx flags %lx\n  message", u.ip, u.sp, u.flags);
	for (unsigned i = 0; i < REG_MRS; i++)
		printk(" %lx", t->mr[i]);
	printk("\n");
}

static struct space *space_from(l4_word_t number)
{
	return space_at(tree_at_least(&mem.space_tree, number));
}

void show_spaces(void)
{
	static const char *const state[] = { "empty", "live", "dying" };
	char id[ID_BYTES];

	for (struct space *s = space_from(0); s && !stopped(); s = space_from(s->number + 1)) {
		printk("space %-4lu %-5s threads %-4zu pages %-6zu extents %-6zu kernel memory %lu of %lu KiB",
		       s->number, state[s->state], s->nthreads, s->map[RESOURCE_MEMORY].pages,
		       s->map[RESOURCE_MEMORY].nodes, (l4_word_t)(s->account.used >> 10),
		       (l4_word_t)(s->account.limit >> 10));
		if (!l4_tid_is_any(s->redirector))
			printk("  redirector %s", id_text(id, s->redirector));
		printk("%s\n", s->privileged ? "  privileged" : "");
	}
}

static void mappings(struct mapspace *m, const char *name)
{
	struct l4_inspect_mapping r;
	l4_word_t at = 0, next;

	for (; !stopped() && mapdb_inspect(m, at, &r, &next); at = next) {
		printk("%s %16lx  2^%-2lu %c%c%c  pages %-6lu from space %-4lu at %16lx  children %lu\n", name,
		       r.base, r.log2, r.rights & L4_R ? 'r' : '-', r.rights & L4_W ? 'w' : '-',
		       r.rights & L4_X ? 'x' : '-', r.pages, r.parent_space, r.parent_base, r.children);
		if (next == 0)
			return;
	}
}

static struct space *space_named(l4_word_t number)
{
	struct space *s = space_from(number);

	if (s && s->number == number)
		return s;
	printk("no space has the number %lu\n", number);
	return 0;
}

void show_mappings(l4_word_t number)
{
	struct space *s = space_named(number);

	if (!s)
		return;
	mappings(&s->map[RESOURCE_MEMORY], "memory");
	mappings(&s->map[RESOURCE_PORTS], "ports ");
}

static void ready_threads(const struct cpu *cpu)
{
	if (cpu->front)
		thread_line(thread_reach(cpu->front));
	for (int prio = CFG_PRIORITIES - 1; prio >= 0; prio--) {
		const struct list *head = &cpu->ready[prio];

		for (const struct list *l = head->next; l != head && !stopped(); l = l->next)
			thread_line(thread_reach(container_of(l, struct thread, ready_link)));
	}
}

void show_queues(void)
{
	const struct cpu *cpu = cpu_self();
	char id[ID_BYTES];

	printk("current %s", id_text(id, cpu->current->id));
	printk(", slice of %s, special %x, now %lu us\nready:\n", id_text(id, cpu->slice_owner->id), cpu->special,
	       (l4_word_t)arch_time_now());
	ready_threads(cpu);
	printk("timeouts:\n");
	for (struct tree_node *n = tree_first(&cpu->timeouts); n && !stopped(); n = tree_next(n))
		printk("%10s at %lu us\n", id_text(id, container_of(n, struct thread, deadline)->id),
		       (l4_word_t)timeout_instant(n));
}

void show_irqs(void)
{
	static const char *const state[] = { "detached", "armed", "waiting", "unacknowledged" };
	char id[ID_BYTES];

	for (unsigned i = 0; i < kernel.irq_lines && !stopped(); i++) {
		const struct thread *t = thread_numbered(i);

		if (t && t->handler)
			printk("interrupt %-3u %-14s handler %-10s count %lu\n", i, state[t->irq_state],
			       id_text(id, t->handler->id), t->irq_count);
	}
}

void show_memory(void)
{
	const struct kmem *k = &mem.kmem;

	printk("pool: %zu frames, %zu free; %zu threads, %zu spaces, %zu mappings\n", k->frames, k->frames_free,
	       kernel.nthreads, mem.nspaces, mem.nmappings);
	printk("kernel: used %lu, given to spaces %lu, limit %lu KiB\n", (l4_word_t)(k->pool.used >> 10),
	       (l4_word_t)(k->pool.given >> 10), (l4_word_t)(k->pool.limit >> 10));
	for (struct space *s = space_from(0); s && !stopped(); s = space_from(s->number + 1))
		printk("space %-4lu: used %lu, granted %lu, given %lu, limit %lu KiB\n", s->number,
		       (l4_word_t)(s->account.used >> 10), (l4_word_t)(s->account.granted >> 10),
		       (l4_word_t)(s->account.given >> 10), (l4_word_t)(s->account.limit >> 10));
}

void show_words(l4_word_t number, l4_word_t address, l4_word_t words)
{
	struct space *s = space_named(number);
	l4_word_t word;

	if (!s)
		return;
	for (l4_word_t i = 0; i < words && !stopped(); i++, address += sizeof(word)) {
		if (i % WORDS_OF_LINE == 0)
			printk("%s%lx:", i ? "\n" : "", address);
		if (address >= L4_USER_END || !arch_copy_in(s, &word, address, sizeof(word))) {
			printk(" not mapped");
			break;
		}
		printk(" %016lx", word);
	}
	printk("\n");
}
