/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.c - the workers: threads of root's space that execute orders (job.h). They share nothing with the
 * message loop but what never changes.
 *
 * A worker has two pages: one for a page that is being made, and one for its stack.
 */
#include <l4/ipc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <pecan/addresses.h>
#include <pecan/code.h>
#include <pecan/elf.h>
#include <proto/stub.h>
#include <root/memory/image.h>
#include <root/memory/pool.h>
#include <root/memory/sigma.h>
#include <root/memory/small.h>
#include <root/report/output.h>
#include <root/report/stopped.h>
#include <root/root.h>
#include <root/task/confine.h>
#include <root/task/stack.h>
#include <string.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "worker.h"

enum {
	UTCB_BYTES = 1 << L4_UTCB_ALIGN_LOG2,
	NEW_PRIORITY = 100,		/* of a new thread (docs/api/thread_control.md) */
};

/* ---- orders ---- */

static void unmap(const struct order *o)
{
	L4_Fpage_t pages[ORDER_WORDS];

	for (unsigned i = 0; i < o->words; i++)
		pages[i].raw = o->word[i];
	L4_UnmapFpages(o->words, pages);
}

/* How many fpages sigma0 has refused. */
static l4_word_t get(const struct order *o)
{
	l4_word_t refused = 0;

	for (unsigned i = 0; i < o->words; i++) {
		l4_fpage_t f = { o->word[i] };

		if (l4_fpage_is_io(f))
			refused += !sigma_ports(l4_io_port(f), l4_io_port(f) + ((l4_word_t)1 << l4_io_log2(f)) - 1);
		else
			refused += !sigma_page(l4_fpage_base(f) - direct_base, l4_fpage_log2(f));
	}
	return refused;
}

static l4_word_t say(const struct order *o)
{
	if (o->word[0] == 0)
		return output_lost();
	output_write((const char *)&o->word[1], (unsigned)o->word[0]);
	return 0;
}

static void delete(l4_word_t thread)
{
	L4_ThreadControl(tid(thread), L4_nilthread, L4_nilthread, L4_nilthread, (void *)-1);
}

static void delete_all(const struct order *o)
{
	for (unsigned i = 0; i < o->words; i++)
		delete(o->word[i]);
}

/* Other tasks may use the page: words that are right keep their values all the time. */
static void copy(const l4_word_t *word, uint8_t *scratch)
{
	volatile l4_word_t *to = direct(word[0]);
	const l4_word_t *from = (const l4_word_t *)scratch;

	memset(scratch, 0, PAGE_BYTES);
	elf_fill(&((const struct image *)word[1])->elf, word[2], scratch);
	for (unsigned i = 0; i < PAGE_BYTES / sizeof(*to); i++)
		if (to[i] != from[i])
			to[i] = from[i];
	pecan_code_written(direct(word[0]), PAGE_BYTES);
}

/* The stack pointer, 0: too many arguments, or too long ones. */
static l4_word_t stack(const l4_word_t *word, uint8_t *scratch)
{
	const struct image *image = (const struct image *)word[1];
	char *page = direct(word[0]);
	l4_word_t sp;

	memset(scratch, 0, PAGE_BYTES);
	sp = stack_build(scratch, word[2], &image->elf, image->name, page);
	memcpy(page, scratch, PAGE_BYTES);
	return sp;
}

/* In the name of the message loop, which the thread waits for. */
static void map(const l4_word_t *word)
{
	L4_MsgTag_t tag = stub_tag(0, 0, 2);

	L4_Set_VirtualSender(root_thread());
	L4_Set_Propagation(&tag);
	L4_LoadMR(1, word[1]);
	L4_LoadMR(2, word[2]);
	L4_Set_MsgTag(tag);
	L4_Reply(tid(word[0]));
}

struct own_thread { l4_word_t id, utcb, sp, handle, priority; void (*begin)(void); };

/* A thread of root's space, with sigma0 as its pager. */
static bool start(const struct own_thread *t)
{
	L4_ThreadId_t sigma0 = L4_GlobalId(root.user_base, 1);
	l4_word_t at = L4_INITIAL_UTCB + t->utcb * UTCB_BYTES;

	if (!L4_ThreadControl(tid(t->id), root_thread(), root_thread(), sigma0, (void *)at))
		return false;
	L4_Set_UserDefinedHandleOf(tid(t->id), t->handle);
	L4_Set_Priority(tid(t->id), t->priority);
	L4_Start_SpIp(tid(t->id), PECAN_CALLED_SP(t->sp), (l4_word_t)t->begin);
	return true;
}

static bool redirector(const l4_word_t *word)
{
	l4_word_t page = (l4_word_t)direct(word[SPACE_PAGE]);
	struct own_thread t = { word[SPACE_REDIRECTOR], word[SPACE_REDIRECTOR_UTCB], page + PAGE_BYTES, page,
				word[SPACE_PRIORITY], confine_redirect };

	return word[SPACE_PAGE] == 0 || start(&t);
}

/*
 * A space, up to 2^small bytes small, with a thread that waits for its start message: all or nothing. The
 * thread has its priority before its pager can start it.
 */
static enum space_refused space(const l4_word_t *word, unsigned small, l4_word_t priority, l4_word_t *error)
{
	enum space_refused refused = SPACE_MADE;
	L4_ThreadId_t id = tid(word[SPACE_THREAD]), pager = tid(word[SPACE_PAGER]);	/* and scheduler */
	L4_Fpage_t kip = { .raw = word[SPACE_KIP] }, utcbs = { .raw = word[SPACE_UTCBS] };
	l4_word_t old;

	if (!L4_ThreadControl(id, id, pager, L4_nilthread, (void *)-1))
		refused = SPACE_REFUSED;
	else if (!L4_SpaceControl(id, word[SPACE_CONTROL], kip, utcbs, tid(word[SPACE_REDIRECTOR]), &old))
		refused = SPACE_CONTROL_REFUSED;
	else
		small_enter(id.raw, small);
	if (refused == SPACE_MADE && priority != NEW_PRIORITY)
		L4_Set_Priority(id, priority);
	if (refused == SPACE_MADE && !L4_ThreadControl(id, id, pager, pager, (void *)word[SPACE_UTCB]))
		refused = SPACE_THREAD_REFUSED;
	if (refused != SPACE_MADE) {
		*error = L4_ErrorCode();
		delete(id.raw);
	}
	return refused;
}

/* The same, with its redirector. Its pager is root, which sets the priority when it starts the thread. */
static enum space_refused task_space(const l4_word_t *word, l4_word_t *error)
{
	enum space_refused refused = SPACE_REFUSED;

	if (redirector(word))
		refused = space(word, (unsigned)word[SPACE_SMALL], NEW_PRIORITY, error);
	else
		*error = L4_ErrorCode();
	if (refused != SPACE_MADE && word[SPACE_PAGE] != 0)
		delete(word[SPACE_REDIRECTOR]);
	return refused;
}

l4_word_t worker_execute(const struct order *o, uint8_t *scratch, l4_word_t *error)
{
	*error = 0;
	switch (o->kind) {
	case ORDER_NONE: break;
	case ORDER_CLEAR: memset(direct(o->word[0]), 0, o->word[1]); break;
	case ORDER_UNMAP: unmap(o); break;
	case ORDER_DELETE: delete_all(o); break;
	case ORDER_COPY: copy(o->word, scratch); break;
	case ORDER_STACK: return stack(o->word, scratch);
	case ORDER_SPACE: return task_space(o->word, error);
	case ORDER_CHILD_SPACE: return space(o->word, 0, o->word[SPACE_PRIORITY], error);
	case ORDER_STOPPED: stopped_report(o->word); break;
	case ORDER_SIGMA: return get(o);
	case ORDER_SAY: return say(o);
	case ORDER_IRQ: L4_DeassociateInterrupt(L4_GlobalId(o->word[0], 1)); break;
	case ORDER_MAP: map(o->word); break;
	}
	return 0;
}

/* ---- the thread ---- */

static void work(void)
{
	uint8_t *scratch = (uint8_t *)L4_UserDefinedHandle();
	l4_word_t result = 0, error = 0;
	struct order o;

	for (;;) {
		L4_MsgTag_t tag;

		L4_LoadMR(1, result);
		L4_LoadMR(2, error);
		tag = stub_call(root_thread(), 0, 2);
		o.kind = L4_IpcSucceeded(tag) ? (enum order_kind)L4_Label(tag) : ORDER_NONE;
		o.words = o.kind != ORDER_NONE ? (unsigned)L4_UntypedWords(tag) : 0;
		L4_StoreMRs(1, (int)o.words, o.word);
		result = worker_execute(&o, scratch, &error);
	}
}

bool worker_start(l4_word_t id, unsigned utcb, unsigned priority, l4_word_t pages)
{
	l4_word_t at = (l4_word_t)direct(pages);
	struct own_thread t = { id, utcb, at + 2 * PAGE_BYTES, at, priority, work };

	return start(&t);
}
