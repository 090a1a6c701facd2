/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.c - root for one task: its children, files of the boot image; root_common.c has the rest.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <proto/root_server.h>
#include "servers.h"

/* Those that user/lib/posix has no use for: NULL, so a call of them fails. */
#pragma weak serve_root_tasks
#pragma weak serve_root_programs
#pragma weak serve_root_seal
#pragma weak serve_root_thread_priority
#pragma weak serve_root_irq_attach
#pragma weak serve_root_irq_detach
#pragma weak serve_root_ports
#pragma weak serve_root_ports_free
#pragma weak serve_root_phys
#pragma weak serve_root_framebuffer
#pragma weak serve_root_inspect
#pragma weak serve_root_log_read
#pragma weak serve_root_power
#pragma weak serve_root_keep
#pragma weak serve_root_heartbeat
#pragma weak serve_root_calls
#pragma weak serve_root_works
#pragma weak serve_root_rests
#pragma weak serve_root_want_notices
#pragma weak serve_root_may_use
#pragma weak serve_root_may_provide
#pragma weak serve_root_paths
#pragma weak serve_root_disk
#pragma weak serve_root_holds
#pragma weak serve_root_may_send
#pragma weak serve_root_device_found
#pragma weak serve_root_may_drive
#pragma weak serve_root_device_give
#pragma weak serve_root_device_ended
#pragma weak serve_root_device_clear
#pragma weak serve_root_space_new
#pragma weak serve_root_space_thread_new
#pragma weak serve_root_space_thread_end
#pragma weak serve_root_space_end
#pragma weak serve_root_space_memory
#pragma weak serve_root_cache_put
#pragma weak serve_root_cache_get
#pragma weak serve_root_grants
#pragma weak serve_root_begin
#pragma weak serve_root_next
#pragma weak serve_root_look
#pragma weak serve_root_seen
#pragma weak serve_root_times
#pragma weak serve_root_stop
#pragma weak serve_root_start
#pragma weak serve_root_say

enum { CHILDREN = 80 };

static struct child children[CHILDREN];
static L4_ThreadId_t waiter;
static L4_Word_t awaited;			/* by it; 0: any child */

void root_thread_ends(L4_ThreadId_t thread)
{
	if (L4_IsThreadEqual(thread, waiter))
		waiter = L4_nilthread;
}

/* ---- tasks ---- */

void expect_exit(long status)
{
	root.exits = true;
	root.exit_status = status;
}

static bool is_of_child(L4_ThreadId_t thread)
{
	return L4_ThreadNo(thread) >= CHILD_THREAD && L4_ThreadNo(thread) < MAIN_THREAD;
}

static unsigned task_of(L4_ThreadId_t thread)
{
	unsigned n = (unsigned)L4_ThreadNo(thread) - CHILD_THREAD;

	return is_of_child(thread) ? FIRST_CHILD + n % SECOND_THREAD : OWN_TASK;
}

struct child *root_child(L4_Word_t task)
{
	for (struct child *c = children; c < children + CHILDREN; c++)
		if (c->task && c->task == task)
			return c;
	return NULL;
}

enum root_error serve_root_exit(struct root_caller *c, const struct root_exit_in *in)
{
	if (is_of_child(c->thread)) {
		root_child_ends(task_of(c->thread), ROOT_END_EXIT, (long)in->exit_status);
		return ROOT_LATER;
	}
	if (root.exits && in->exit_status == root.exit_status && (!root.ends_well || root.ends_well()))
		_exit(0);
	printf("    the task ended with status %ld\n", (long)in->exit_status);
	kernel_stop("that was not expected");
}

enum root_error serve_root_task_of(struct root_caller *c, const struct root_task_of_in *in,
				   struct root_task_of_out *out)
{
	unsigned number = (unsigned)L4_ThreadNo(in->thread);
	bool by_number = L4_IsNilThread(in->thread) && in->task && in->task != OWN_TASK;
	const struct child *child;

	(void)c;
	*out = (struct root_task_of_out){ .task = OWN_TASK, .parent = root.parent, .streams = root.streams };
	out->first = kernel_thread(MAIN_THREAD);
	if (number == CHILD_THREAD - 1)
		return ROOT_E_TASK;
	if (is_of_child(in->thread))
		*out = (struct root_task_of_out){ .task = task_of(in->thread), .parent = OWN_TASK };
	if (by_number)
		*out = (struct root_task_of_out){ .task = in->task };
	if (!root.whole)
		return !by_number || in->task < FIRST_CHILD + root.children ? ROOT_OK : ROOT_E_TASK;
	if (out->task == OWN_TASK) {
		strcpy(out->name, OWN_NAME);
		return number && number < MAIN_THREAD ? ROOT_E_TASK : ROOT_OK;
	}
	child = root_child(out->task);
	if (!child || child->ended)
		return ROOT_E_TASK;
	out->parent = child->parent;
	out->first = kernel_thread(CHILD_THREAD + child->task - FIRST_CHILD);
	memcpy(out->name, child->name, sizeof out->name);
	return ROOT_OK;
}

enum root_error serve_root_spawn(struct root_caller *c, const struct root_spawn_in *in,
				 struct root_spawn_out *out)
{
	struct child *child = &children[root.children];

	if (root.spawn != ROOT_OK)
		return root.spawn;
	if (root.children == (root.whole ? SECOND_THREAD : CHILDREN))
		return ROOT_E_LIMIT;
	memcpy(root.program, in->name, sizeof root.program);
	memcpy(root.args, in->args, sizeof root.args);
	root.child_streams = in->streams;
	*child = (struct child){ .task = FIRST_CHILD + root.children, .parent = task_of(c->thread) };
	child->streams = in->streams;
	if (L4_IsNilThread(in->streams))
		child->streams = child->parent == OWN_TASK ? root.streams
							   : root_child(child->parent)->streams;
	memcpy(child->name, in->name, sizeof child->name);
	memcpy(child->args, in->args, sizeof child->args);
	out->task = child->task;
	out->first = kernel_thread(CHILD_THREAD + root.children++);
	if (root_child_starts)
		root_child_starts(child);
	return ROOT_OK;
}

static void end_family(unsigned task)
{
	for (struct child *c = children; c < children + CHILDREN; c++)
		if (c->task && !c->ended && c->parent == task)
			end_family(c->task);
	root_child_ends(task, ROOT_END_KILL, 0);
}

enum root_error serve_root_kill(struct root_caller *c, const struct root_kill_in *in)
{
	const struct child *child = root_child(in->task);

	(void)c;
	root.killed = (unsigned)in->task;
	if (root.whole && child && !child->ended && in->flags & ROOT_KILL_FAMILY)
		end_family(child->task);
	else if (root.whole && child && !child->ended)
		root_child_ends(child->task, ROOT_END_KILL, 0);
	else if (root.whole && child)
		return ROOT_E_TASK;
	if (in->task >= FIRST_CHILD && in->task < FIRST_CHILD + root.children)
		return ROOT_OK;
	return in->task == OWN_PARENT ? ROOT_E_RIGHT : ROOT_E_TASK;
}

/* The end of that task, or of any child if it is 0. */
static bool take_end(L4_Word_t task, struct root_wait_out *out)
{
	for (struct child *c = children; c < children + CHILDREN; c++)
		if (c->task && c->ended && (!task || c->task == task) && c->parent == OWN_TASK) {
			*out = (struct root_wait_out){ c->task, c->how, c->status };
			c->task = 0;
			return true;
		}
	return false;
}

enum root_error serve_root_wait(struct root_caller *c, const struct root_wait_in *in,
				struct root_wait_out *out)
{
	bool any = false;

	if (!root.whole && (in->task || in->flags))
		kernel_stop("a wait for one child");
	for (unsigned i = 0; i < CHILDREN; i++)
		any |= children[i].task && (!in->task || children[i].task == in->task)
		       && children[i].parent == OWN_TASK;
	if (!any)
		return ROOT_E_TASK;
	if (take_end(in->task, out) || in->flags & ROOT_WAIT_POLL)
		return ROOT_OK;
	waiter = c->thread;
	awaited = in->task;
	return ROOT_LATER;
}

static void put_end(void *out)
{
	put_root_wait(ROOT_OK, out);
}

void root_child_ends(unsigned task, enum root_end how, long status)
{
	struct child *c = root_child(task);
	struct root_wait_out out;

	if (c) {
		c->ended = true;
		c->how = how;
		c->status = status;
	}
	if (c && root.whole) {
		kernel_thread_end(CHILD_THREAD + task - FIRST_CHILD);
		if (c->parent != OWN_TASK)
			c->task = 0;		/* as if its parent had waited for it */
	}
	if (!L4_IsNilThread(waiter) && take_end(awaited, &out)) {
		L4_ThreadId_t to = waiter;

		waiter = L4_nilthread;
		kernel_answer(to, ROOT_THREAD, put_end, &out);
	}
}

/* ---- the boot image, the name service, the log ---- */

enum { FILES = 5 };
static const struct { const char *name, *text; } files[FILES] = {
	{ "MANIFEST", "00 12 init\n00 600 bin/long\n00 3 bin/sh\n00 4 lib/sub/x\n" },
	{ "init", "start here.\n" }, { "bin/long", NULL }, { "bin/sh", "sh\n" }, { "lib/sub/x", "xyz\n" },
};

enum root_error serve_root_file(struct root_caller *c, const struct root_file_in *in,
				struct root_file_out *out)
{
	static char large[600];

	(void)c;
	memset(large, 'l', sizeof large);
	for (unsigned i = 0; i < FILES; i++) {
		const char *text = files[i].text ? files[i].text : large;

		if (strcmp(in->name, files[i].name) != 0)
			continue;
		out->size = (files[i].text ? strlen(text) : sizeof large) - (i == 0 ? root.list_cut : 0);
		out->data_bytes = in->offset < out->size ? out->size - in->offset : 0;
		if (out->data_bytes > sizeof out->data)
			out->data_bytes = sizeof out->data;
		memcpy(out->data, text + (out->data_bytes ? in->offset : 0), out->data_bytes);
		return ROOT_OK;
	}
	return ROOT_E_NAME;
}

enum root_error serve_root_names(struct root_caller *c, struct root_names_out *out)
{
	(void)c;
	out->service = root.no_names ? L4_nilthread : kernel_thread(NAMES_THREAD);
	return ROOT_OK;
}

enum root_error serve_root_log_write(struct root_caller *c, const struct root_log_write_in *in)
{
	size_t n = strlen(in->text);

	(void)c;
	if (root.logged_bytes + n + 2 > sizeof root.logged)
		kernel_stop("too much for the log of a test");
	memcpy(root.logged + root.logged_bytes, in->text, n);
	root.logged_bytes += n + 1;
	root.logged[root.logged_bytes - 1] = '\n';
	return ROOT_OK;
}

void serve_root_calls(struct root_caller *c)
{
	(void)c;
	root.calls++;
}

static bool serve(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct root_caller c = { from };

	if (spoiled(tag, ROOT_THREAD))
		return true;
	if (!root_serve(tag, &c))
		return false;
	check_request("root", ROOT_E_REQUEST);
	return true;
}

void root_server_begin(void)
{
	root.limit = 64 << 20;
	root.parent = OWN_PARENT;
	kernel_server(ROOT_THREAD, serve);
}
