/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files_copy.c - see files_copy.h.
 *
 * The table of marks is a page of the server's, in the place of one of the task's own. When the server ends
 * the kernel takes it away, and what is there then is zero: no copy is marked.
 */
#include <l4/ipc.h>
#include <l4/space.h>
#include <pecan/marks.h>
#include <pecan/memory.h>
#include <proto/files_client.h>
#include <string.h>

#include "files_copy.h"

enum {
	READS = 4,		/* of a page by messages, before it is copied; */
	LOSSES = 5,		/* twice as many after each time that it was lost, up to this */
	MEMORY = (FILES_PLACES + 1) * MARKS_PAGE,
	SPARE = 4 * MEMORY,	/* that the task may use besides */
};

/*
 * Of the pages of files that have this place the one that was read last, as many times since it has it, by
 * messages. mark 0: there is no copy.
 */
static struct place {
	uint64_t number;
	L4_Word_t page, mark;
	unsigned reads, losses;
} places[FILES_PLACES];

static char *memory;			/* the table, then the copies */
static enum { NOT_ASKED, NONE, THERE } table;

void copy_begin(void)
{
	memset(places, 0, sizeof places);
	table = NOT_ASKED;
}

static char *copy_of(const struct place *p)
{
	return memory + (p - places + 1) * MARKS_PAGE;
}

static bool has_memory(void)
{
	struct pecan_memory m;

	if (!memory && pecan_memory(&m) == ROOT_OK && m.limit - m.used >= MEMORY + SPARE)
		memory = pecan_map(MEMORY);
	return memory;
}

/*
 * The answer puts the table there: the window is open for this call only. It takes no page away: root's may
 * be there, or a former table.
 */
static enum files_status ask_for_table(L4_ThreadId_t server)
{
	L4_Acceptor_t before = L4_Accepted();
	L4_Fpage_t place = L4_Fpage((L4_Word_t)memory, MARKS_PAGE);
	struct files_marks_out out;
	enum files_status s;

	L4_Flush(L4_FpageAddRights(place, L4_FullyAccessible));
	L4_Accept(L4_MapGrantItems(place));
	s = files_marks(server, &out);
	L4_Accept(before);
	return s;
}

static bool has_table(L4_ThreadId_t server)
{
	if (table == NOT_ASKED)
		table = has_memory() && ask_for_table(server) == FILES_OK ? THERE : NONE;
	return table == THERE;
}

static bool is_right(const struct place *p)
{
	return p->mark == __atomic_load_n((const L4_Word_t *)memory + (p - places), __ATOMIC_ACQUIRE);
}

/* Rare, and apart from the reads that need no copy: its variables would take room and time there. */
static __attribute__((noinline)) bool make_copy(L4_ThreadId_t server, const char *block, L4_Word_t handle,
						struct place *p)
{
	struct files_copy_out out = { 0 };

	if (!has_table(server)
	    || files_copy(server, handle, (L4_Word64_t)p->page * MARKS_PAGE, &out) != FILES_OK)
		return false;
	memcpy(copy_of(p), block, MARKS_PAGE);
	p->mark = out.mark;
	return out.mark != 0;
}

static bool lose(struct place *p)
{
	p->mark = 0;
	p->reads = 0;
	p->losses += p->losses < LOSSES;
	return false;
}

bool copy_get(L4_ThreadId_t server, const char *block, const struct files_file *f, uint64_t offset, void *to,
	      size_t bytes)
{
	L4_Word_t page = (L4_Word_t)(offset / MARKS_PAGE);
	unsigned at = offset % MARKS_PAGE;
	struct place *p = &places[marks_place((uint32_t)f->number, (uint32_t)page)];

	if (bytes > MARKS_PAGE - at)
		return false;
	if (p->number != f->number || p->page != page) {
		*p = (struct place){ .number = f->number, .page = page };
		return false;
	}
	if (p->mark == 0 && ++p->reads < (unsigned)READS << p->losses)
		return false;
	if (p->mark == 0 && !make_copy(server, block, f->handle, p))
		return lose(p);
	if (!is_right(p))
		return lose(p);
	memcpy(to, copy_of(p) + at, bytes);
	return true;
}
