/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * servers.c - see lib.h: the requests that user/lib/posix has no use for.
 */
#include <stdio.h>
#include <proto/console_server.h>
#include <proto/names_server.h>
#include <proto/root_server.h>
#include <x2/inspect.h>
#include "lib.h"

enum { SPACE = 5, ROOT_SPACE = 2, WINDOW = 0x100000 };

struct names_caller { int unused; };
struct console_caller { L4_ThreadId_t thread; };

struct asked asked;
struct names_asked names_asked;
struct terminal terminal;
bool no_child_lives;
static const char *expected;

void answer(L4_Word_t label, unsigned count, L4_Word_t status)
{
	spoil.label = label;
	spoil.skip = 0;
	spoil.count = count;
	spoil.tag = ANSWER(status, 0);
}

bool written(const char *text)
{
	bool same = console.bytes == strlen(text) && memcmp(console.text, text, console.bytes) == 0;

	if (!same)
		printf("    instead of: %s    was written: %.*s\n", text, (int)console.bytes, console.text);
	console.bytes = 0;
	return same;
}

static bool has_written(void)
{
	for (L4_Word_t task = FIRST_CHILD; no_child_lives && task < FIRST_CHILD + root.children; task++)
		if (root_child(task) && !root_child(task)->ended)
			return false;
	return written(expected);
}

void expect(long status, const char *text)
{
	expected = text;
	root.ends_well = has_written;
	expect_exit(status);
}

/* ---- root ---- */

static enum root_error note(L4_Word_t what, L4_Word_t value)
{
	asked.what = what;
	asked.value = value;
	asked.asked++;
	return asked.answer;
}

enum root_error serve_root_seal(struct root_caller *c, const struct root_seal_in *in)
{
	(void)c;
	return note(in->address, in->executable);
}

enum root_error serve_root_phys(struct root_caller *c, const struct root_phys_in *in,
				struct root_phys_out *out)
{
	(void)c;
	out->address = in->physical + 1;
	return note(in->physical, in->size);
}

enum root_error serve_root_thread_priority(struct root_caller *c, const struct root_thread_priority_in *in)
{
	(void)c;
	return note(in->thread.raw, in->priority);
}

enum root_error serve_root_power(struct root_caller *c, const struct root_power_in *in)
{
	(void)c;
	return note(in->what, in->exit_status);
}

/* One task, then the end. */
enum root_error serve_root_tasks(struct root_caller *c, const struct root_tasks_in *in,
				 struct root_tasks_out *out)
{
	(void)c;
	*out = (struct root_tasks_out){ .next = in->position == 0, .task = 9, .parent = 3, .threads = 2,
					.memory = 100, .memory_limit = 200, .kmem_limit = 300,
					.end = ROOT_END_FAULT, .name = "one" };
	return note(0, in->position);
}

enum root_error serve_root_programs(struct root_caller *c, const struct root_programs_in *in,
				    struct root_programs_out *out)
{
	(void)c;
	*out = (struct root_programs_out){ .next = in->position == 0, .size = 77, .name = "prog" };
	return note(0, in->position);
}

/* The thread of the test is in a space that has two pages of root's at WINDOW, and one of another space. */
enum root_error serve_root_inspect(struct root_caller *c, const struct root_inspect_in *in,
				   struct root_inspect_out *out)
{
	static const struct { L4_Word_t base, pages, parent; } all[] = {
		{ WINDOW, 1, ROOT_SPACE }, { WINDOW + 0x1000, 0, 0 }, { WINDOW + 0x2000, 1, ROOT_SPACE },
		{ WINDOW + 0x4000, 1, 7 },
	};
	struct l4_inspect_thread *t = (void *)out->record;
	struct l4_inspect_mapping *m = (void *)out->record;

	(void)c;
	if (in->what == L4_INSPECT_THREAD) {
		*t = (struct l4_inspect_thread){ .id = kernel_thread(MAIN_THREAD).raw, .space = SPACE };
		out->next = 1;
	}
	for (unsigned i = 0; in->what == L4_INSPECT_MAPPING && i < 4 && !out->next; i++)
		if (all[i].base >= in->start && in->object == SPACE) {
			*m = (struct l4_inspect_mapping){ .base = all[i].base, .pages = all[i].pages,
							  .parent_space = all[i].parent };
			out->next = all[i].base + 1;
		}
	return note(in->what, in->start);
}

enum root_error serve_root_log_read(struct root_caller *c, struct root_log_read_out *out)
{
	(void)c;
	out->text_bytes = strlen(asked.log_text);
	memcpy(out->text, asked.log_text, out->text_bytes);
	return ROOT_OK;
}

enum root_error serve_root_keep(struct root_caller *c, struct root_keep_out *out)
{
	(void)c;
	*out = (struct root_keep_out){ .address = 0x5000, .bytes = 0x2000 };
	return note(0, 0);
}

void serve_root_heartbeat(struct root_caller *c) { (void)c; asked.heartbeats++; }
void serve_root_calls(struct root_caller *c) { (void)c; asked.calls++; }
void serve_root_works(struct root_caller *c) { (void)c; asked.works++; }
void serve_root_rests(struct root_caller *c) { (void)c; }
void serve_root_want_notices(struct root_caller *c) { (void)c; asked.notices++; }

enum root_error serve_root_may_use(struct root_caller *c, const struct root_may_use_in *in,
				   struct root_may_use_out *out)
{
	(void)c;
	*out = (struct root_may_use_out){ .task = in->client.raw >> 40, .section = asked.value };
	asked.asked++;
	return asked.answer;
}

enum root_error serve_root_may_provide(struct root_caller *c, const struct root_may_provide_in *in)
{
	(void)c;
	return note(in->owner.raw, strlen(in->name));
}

enum root_error serve_root_paths(struct root_caller *c, const struct root_paths_in *in,
				 struct root_paths_out *out)
{
	(void)c;
	out->paths_bytes = 5;
	memcpy(out->paths, "r/a\0", 5);
	return note(in->client.raw, 0);
}

enum root_error serve_root_disk(struct root_caller *c, const struct root_disk_in *in,
				struct root_disk_out *out)
{
	(void)c;
	*out = (struct root_disk_out){ 2048, (L4_Word64_t)1 << 40, "second", 7 };
	return note(in->client.raw, 0);
}

enum root_error serve_root_holds(struct root_caller *c, const struct root_holds_in *in)
{
	(void)c;
	return note(in->client.raw, in->right);
}

/* ---- names ---- */

static enum names_error note_name(const char *name)
{
	strcpy(names_asked.name, name);
	names_asked.requests++;
	return names_asked.answer;
}

enum names_error serve_names_register(struct names_caller *c, const struct names_register_in *in)
{
	(void)c;
	return note_name(in->name);
}

enum names_error serve_names_unregister(struct names_caller *c, const struct names_unregister_in *in)
{
	(void)c;
	return note_name(in->name);
}

/* A place without a name, then one with. */
enum names_error serve_names_list(struct names_caller *c, const struct names_list_in *in,
				  struct names_list_out *out)
{
	(void)c;
	*out = (struct names_list_out){ .next = in->position < 2 ? in->position + 1 : 0, .name = "console",
					.thread = kernel_thread(CONSOLE_THREAD),
					.task = in->position == 1 ? 4 : 0 };
	names_asked.requests++;
	return names_asked.answer;
}

/* ---- the console ---- */

static enum console_status note_terminal(void)
{
	terminal.requests++;
	return terminal.answer;
}

enum console_status serve_con_read_key(struct console_caller *c, const struct con_read_key_in *in,
				       struct con_read_key_out *out)
{
	(void)c;
	memcpy(terminal.prompt, in->prompt, in->prompt_bytes);
	terminal.prompt[in->prompt_bytes] = 0;
	out->key = terminal.key;
	return note_terminal();
}

enum console_status serve_con_watch(struct console_caller *c) { (void)c; return note_terminal(); }

enum console_status serve_con_foreground(struct console_caller *c, const struct con_foreground_in *in)
{
	(void)c;
	terminal.task = in->task;
	return note_terminal();
}

enum console_status serve_con_waiting(struct console_caller *c, const struct con_waiting_in *in,
				      struct con_waiting_out *out)
{
	(void)c;
	terminal.task = in->task;
	out->count = terminal.waiting;
	return note_terminal();
}

enum console_status serve_con_history(struct console_caller *c, const struct con_history_in *in,
				      struct con_history_out *out)
{
	(void)c;
	out->line_bytes = in->n;
	memset(out->line, 'h', in->n);
	return note_terminal();
}

enum console_status serve_con_edit_line(struct console_caller *c, const struct con_edit_line_in *in,
					struct con_edit_line_out *out)
{
	(void)c;
	(void)in;
	*out = terminal.edit;
	return note_terminal();
}

/* ---- before and after each test ---- */

/* The other form of a thread's id. */
bool kernel_call_other(unsigned long call, struct kernel_regs *r)
{
	if (call != CALL_REGISTERS)
		return false;
	r->rax = kernel_thread_set((L4_ThreadId_t){ .raw = r->rax }, 0, r).raw;
	return true;
}

void servers_begin(void)
{
	root_server_begin();
	names_begin();
	console_begin();
	stream_begin();
}

void servers_end(void)
{
	if (root.exits)
		kernel_stop("the task did not end");
}

