/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.c - the requests of <proto/root.h>: a table with the words that each needs, the right, and the
 * function that serves it. Those about tasks and threads are in request_task.c.
 */
#include <l4/pecan.h>
#include <l4/thread.h>
#include <string.h>
#include "root.h"

enum { RECORD_WORDS = 16 };

static void request_programs(const struct request *q, struct answer *a)
{
	static const char folder[] = "bin/";
	l4_word_t position = q->word[0];
	struct tar_member m;

	if (position > root.boot_image.size || position % 512 != 0) {
		a->label = ROOT_E_ARGUMENT;
		return;
	}
	a->words = 1;
	while (tar_next(&root.boot_image, &position, &m) == TAR_MEMBER) {
		if (strncmp(m.name, folder, sizeof(folder) - 1) != 0)
			continue;
		a->words = 2 + ROOT_NAME_WORDS;
		a->word[0] = position;
		a->word[1] = m.size;
		strncpy((char *)&a->word[2], m.name + sizeof(folder) - 1, ROOT_NAME_BYTES - 1);
		return;
	}
}

static void request_memory(const struct request *q, struct answer *a)
{
	const struct pool *p = &root.pool;
	const struct account *own = &q->task->account;

	a->words = 6;
	a->word[0] = p->total << PAGE_LOG2;
	a->word[1] = p->free << PAGE_LOG2;
	a->word[2] = p->reserved << PAGE_LOG2;
	a->word[3] = own->limit << PAGE_LOG2;
	a->word[4] = own->used << PAGE_LOG2;
	a->word[5] = p->kept << PAGE_LOG2;
}

/*
 * May the task have so many pages more? Counted as if all that is mapped were touched, with the tables
 * and the program's own pages, so that the request is refused here and the program is not stopped later.
 */
static bool memory_left(const struct task *t, l4_word_t pages)
{
	l4_word_t other = t->image->private_pages + 16;

	return pages <= t->account.limit
	       && t->mapped + pages + pages / 512 + other <= t->account.limit;
}

static void request_map(const struct request *q, struct answer *a)
{
	struct task *t = q->task;
	l4_word_t bytes = (q->word[0] + PAGE_MASK) & ~PAGE_MASK, at = q->word[1];
	struct area area = { .kind = AREA_MAPPED, .rights = L4_R | L4_W };

	a->label = ROOT_E_ARGUMENT;
	if (bytes == 0 || bytes < q->word[0] || at % PAGE_BYTES != 0)
		return;
	if (!memory_left(t, bytes >> PAGE_LOG2) || !account_has(&t->account, bytes >> PAGE_LOG2)) {
		a->label = memory_left(t, bytes >> PAGE_LOG2) ? ROOT_E_POOL : ROOT_E_MEMORY;
		return;
	}
	if (at == 0)
		at = area_place(t, bytes);
	if (at == 0 || !area_free_at(t, at, bytes))
		return;
	area.base = at;
	area.last = at + bytes - 1;
	a->label = area_add(t, &area);
	if (a->label != ROOT_OK)
		return;
	t->mapped += bytes >> PAGE_LOG2;
	a->words = 1;
	a->word[0] = at;
}

static void request_unmap(const struct request *q, struct answer *a)
{
	struct area *area = area_at(q->task, q->word[0]);

	a->label = ROOT_E_ARGUMENT;
	if (area == 0 || (area->kind != AREA_MAPPED && area->kind != AREA_DEVICE)
	    || area->base != (q->word[0] & ~PAGE_MASK))
		return;
	area_remove(q->task, area);
	a->label = ROOT_OK;
}

static void request_irq_attach(const struct request *q, struct answer *a)
{
	l4_word_t handler = q->word[1] != 0 ? q->word[1] : q->task->thread[q->thread].id;
	unsigned i;

	a->label = task_of_thread(handler, &i) == q->task
		   ? device_irq_attach(q->task, q->word[0], handler) : ROOT_E_TASK;
}

static void request_irq_detach(const struct request *q, struct answer *a)
{
	a->label = device_irq_detach(q->task, q->word[0]);
}

static void request_ports(const struct request *q, struct answer *a)
{
	a->label = device_ports(q->task, q->word[0], q->word[1], a);
}

static void request_ports_free(const struct request *q, struct answer *a)
{
	a->label = device_ports_free(q->task, q->word[0], q->word[1]);
}

static void request_phys(const struct request *q, struct answer *a)
{
	a->label = device_memory(q->task, q->word[0], q->word[1], &a->word[0]);
	a->words = a->label == ROOT_OK;
}

static void request_framebuffer(const struct request *q, struct answer *a)
{
	(void)q;
	a->label = device_framebuffer(a);
}

static void request_inspect(const struct request *q, struct answer *a)
{
	l4_word_t next;

	if (!L4_HasInspect()) {
		a->label = ROOT_E_ABSENT;
		return;
	}
	/* A record may be shorter than what is relayed: no word of an earlier message may go along. */
	L4_LoadMRs(1, RECORD_WORDS, a->word);
	next = L4_InspectRecord(q->word[0], q->word[1], q->word[2], &a->word[1], RECORD_WORDS);
	a->word[0] = next;
	a->words = next != 0 ? 1 + RECORD_WORDS : 1;
	if (next == 0 && L4_ErrorCode() != L4_OK)
		a->label = ROOT_E_ARGUMENT;
}

static void request_names(const struct request *q, struct answer *a)
{
	(void)q;
	a->words = 1;
	a->word[0] = root.names;
}

static void request_file(const struct request *q, struct answer *a)
{
	char name[ROOT_NAME_BYTES];
	l4_word_t offset = q->word[0], n = ROOT_TEXT_WORDS * sizeof(l4_word_t);
	struct tar_member m;

	memcpy(name, &q->word[1], sizeof(name));
	name[ROOT_NAME_BYTES - 1] = 0;
	if (!tar_find(&root.boot_image, name, &m)) {
		a->label = ROOT_E_NAME;
		return;
	}
	if (offset > m.size)
		offset = m.size;
	if (n > m.size - offset)
		n = m.size - offset;
	a->words = 2 + ROOT_TEXT_WORDS;
	a->word[0] = m.size;
	a->word[1] = n;
	memcpy(&a->word[2], m.data + offset, n);
}

static void request_log_write(const struct request *q, struct answer *a)
{
	(void)a;
	const char *text = (const char *)q->word;

	log_text(q->task, text, (unsigned)strnlen(text, q->words * sizeof(l4_word_t)));
}

static void request_log_read(const struct request *q, struct answer *a)
{
	log_read(q->task, q->task->thread[q->thread].id, a);
}

static void request_power(const struct request *q, struct answer *a)
{
	a->label = ROOT_E_ARGUMENT;
	if (q->word[0] > ROOT_POWER_REBOOT)
		return;
	power((enum root_power)q->word[0], q->word[1]);
	a->label = ROOT_E_ABSENT;
}

static void request_keep(const struct request *q, struct answer *a)
{
	a->label = supervise_keep(q->task, &a->word[0], &a->word[1]);
	a->words = 2;
}

static void request_heartbeat(const struct request *q, struct answer *a)
{
	supervise_heard(q->task);
	a->none = true;
}

/* The program of a thread's task, as the system description has it; 0 if there is no such thread. */
static const struct program *program_of(l4_word_t thread)
{
	unsigned i;
	const struct task *t = task_of_thread(thread, &i);

	return t != 0 ? t->program : 0;
}

/* A task may always use what its own program serves. */
static void request_may_use(const struct request *q, struct answer *a)
{
	const struct program *client = program_of(q->word[0]);

	a->label = client == 0 ? ROOT_E_TASK
		 : client == q->task->program || names_hold(&client->uses, q->task->image->name)
		 ? ROOT_OK : ROOT_E_RIGHT;
}

static void request_may_provide(const struct request *q, struct answer *a)
{
	const struct program *server = program_of(q->word[0]);
	char name[ROOT_NAME_BYTES];

	memcpy(name, &q->word[1], sizeof(name));
	name[ROOT_NAME_BYTES - 1] = 0;
	a->label = server == 0 ? ROOT_E_TASK
		 : names_hold(&server->provides, name) ? ROOT_OK : ROOT_E_RIGHT;
}

static const struct {
	unsigned words, right;		/* words: at least */
	void (*serve)(const struct request *, struct answer *);
} table[] = {
	[ROOT_SPAWN - ROOT_SPAWN]	= { 2 + ROOT_NAME_WORDS, RIGHT_SPAWN, request_spawn },
	[ROOT_EXIT - ROOT_SPAWN]	= { 1, 0, request_exit },
	[ROOT_KILL - ROOT_SPAWN]	= { 1, 0, request_kill },
	[ROOT_WAIT - ROOT_SPAWN]	= { 2, 0, request_wait },
	[ROOT_TASK_OF - ROOT_SPAWN]	= { 1, 0, request_task_of },
	[ROOT_TASKS - ROOT_SPAWN]	= { 1, RIGHT_INSPECT, request_tasks },
	[ROOT_PROGRAMS - ROOT_SPAWN]	= { 1, 0, request_programs },
	[ROOT_MEMORY - ROOT_SPAWN]	= { 0, 0, request_memory },
	[ROOT_MAP - ROOT_SPAWN]		= { 2, 0, request_map },
	[ROOT_UNMAP - ROOT_SPAWN]	= { 1, 0, request_unmap },
	[ROOT_THREAD_NEW - ROOT_SPAWN]	= { 3, 0, request_thread_new },
	[ROOT_THREAD_END - ROOT_SPAWN]	= { 1, 0, request_thread_end },
	[ROOT_THREAD_PRIORITY - ROOT_SPAWN] = { 2, 0, request_thread_priority },
	[ROOT_IRQ_ATTACH - ROOT_SPAWN]	= { 2, 0, request_irq_attach },
	[ROOT_IRQ_DETACH - ROOT_SPAWN]	= { 1, 0, request_irq_detach },
	[ROOT_PORTS - ROOT_SPAWN]	= { 2, 0, request_ports },
	[ROOT_PORTS_FREE - ROOT_SPAWN]	= { 2, 0, request_ports_free },
	[ROOT_PHYS - ROOT_SPAWN]	= { 2, 0, request_phys },
	[ROOT_FRAMEBUFFER - ROOT_SPAWN]	= { 0, RIGHT_FRAMEBUFFER, request_framebuffer },
	[ROOT_INSPECT - ROOT_SPAWN]	= { 3, RIGHT_INSPECT, request_inspect },
	[ROOT_NAMES - ROOT_SPAWN]	= { 0, 0, request_names },
	[ROOT_FILE - ROOT_SPAWN]	= { 1 + ROOT_NAME_WORDS, 0, request_file },
	[ROOT_LOG_WRITE - ROOT_SPAWN]	= { 0, 0, request_log_write },
	[ROOT_LOG_READ - ROOT_SPAWN]	= { 0, RIGHT_LOG, request_log_read },
	[ROOT_POWER - ROOT_SPAWN]	= { 2, RIGHT_POWER, request_power },
	[ROOT_KEEP - ROOT_SPAWN]	= { 0, 0, request_keep },
	[ROOT_HEARTBEAT - ROOT_SPAWN]	= { 0, 0, request_heartbeat },
	[ROOT_MAY_USE - ROOT_SPAWN]	= { 1, 0, request_may_use },
	[ROOT_MAY_PROVIDE - ROOT_SPAWN]	= { 1 + ROOT_NAME_WORDS, 0, request_may_provide },
};

_Static_assert(sizeof(table) / sizeof(table[0]) == ROOT_REQUEST_END - ROOT_SPAWN, "a row for each request");

void request_serve(const struct request *q, struct answer *a)
{
	l4_word_t i = q->label - ROOT_SPAWN;

	a->label = ROOT_OK;
	if (i >= sizeof(table) / sizeof(table[0]) || q->words < table[i].words)
		a->label = ROOT_E_REQUEST;
	else if ((q->task->program->rights & table[i].right) != table[i].right)
		a->label = ROOT_E_RIGHT;
	else
		table[i].serve(q, a);
	if (a->label != ROOT_OK)
		a->words = 0;
}
