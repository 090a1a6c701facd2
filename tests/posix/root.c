/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.c - root for one task: its memory, threads, children, blocks, files of the boot image.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
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
#pragma weak serve_root_want_notices
#pragma weak serve_root_may_use
#pragma weak serve_root_may_provide
#pragma weak serve_root_paths
#pragma weak serve_root_may_send
#pragma weak serve_root_may_drive
#pragma weak serve_root_device_give
#pragma weak serve_root_device_ended
#pragma weak serve_root_device_clear
#pragma weak serve_root_dma_open

enum { AREAS = 64, BLOCKS = 8, CHILDREN = 80, PAGE = 4096 };

struct root_caller { L4_ThreadId_t thread; };
struct child { unsigned task; bool ended; enum root_end how; long status; };

struct root root;
struct spoil spoil;

static struct { char *at; size_t bytes; } areas[AREAS], blocks[BLOCKS];
static struct child children[CHILDREN];
static L4_ThreadId_t waiter;

/* ---- requests that are answered by other means ---- */

bool spoiled(L4_MsgTag_t tag, unsigned server)
{
	if (!spoil.count || L4_Label(tag) != spoil.label || spoil.skip) {
		spoil.skip -= spoil.count && L4_Label(tag) == spoil.label;
		return false;
	}
	spoil.count--;
	if (spoil.dead) {
		L4_ThreadId_t caller = L4_Myself();

		kernel_cancel(caller, IPC_ABSENT);
		return true;
	}
	(void)server;
	for (int i = 1; i < 64; i++)
		L4_LoadMR(i, 0x5a5a5a5a5a5a5a5aul);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = spoil.tag });
	return true;
}

void check_request(const char *server, L4_Word_t malformed)
{
	static char why[64];

	if (L4_Label(L4_MsgTag()) != malformed)
		return;
	snprintf(why, sizeof why, "a request to %s broke its protocol", server);
	kernel_stop(why);
}

/* ---- memory ---- */

static enum root_error map(size_t size, L4_Word_t address, L4_Word_t *at)
{
	size_t bytes = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	unsigned i = 0;
	char *got;

	if (root.map != ROOT_OK)
		return root.map;
	while (i < AREAS && areas[i].at)
		i++;
	if (!size || i == AREAS)
		return size ? ROOT_E_LIMIT : ROOT_E_ARGUMENT;
	got = mmap((void *)address, bytes, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | (address ? MAP_FIXED_NOREPLACE : 0), -1, 0);
	if (got == MAP_FAILED)
		return ROOT_E_ARGUMENT;
	areas[i].at = got;
	areas[i].bytes = bytes;
	*at = (L4_Word_t)got;
	return ROOT_OK;
}

enum root_error serve_root_map(struct root_caller *c, const struct root_map_in *in, struct root_map_out *out)
{
	(void)c;
	root.maps++;
	return map(in->size, in->address, &out->address);
}

enum root_error serve_root_populate(struct root_caller *c, const struct root_populate_in *in,
				    struct root_populate_out *out)
{
	(void)c;
	root.populates++;
	return map(in->size, in->address, &out->address);
}

enum root_error serve_root_unmap(struct root_caller *c, const struct root_unmap_in *in)
{
	(void)c;
	root.unmaps++;
	for (unsigned i = 0; i < AREAS; i++)
		if (areas[i].at && areas[i].at == (char *)in->address) {
			munmap(areas[i].at, areas[i].bytes);
			areas[i].at = NULL;
			return ROOT_OK;
		}
	return ROOT_E_ARGUMENT;
}

enum root_error serve_root_memory(struct root_caller *c, struct root_memory_out *out)
{
	(void)c;
	*out = (struct root_memory_out){ .total = 1 << 30, .free = 1 << 29, .limit = root.limit };
	return ROOT_OK;
}

enum root_error serve_root_dma_new(struct root_caller *c, const struct root_dma_new_in *in,
				   struct root_dma_new_out *out)
{
	unsigned i = 0;

	(void)c;
	while (i < BLOCKS && blocks[i].at)
		i++;
	if (i == BLOCKS)
		return ROOT_E_LIMIT;
	blocks[i].bytes = PAGE;
	while (blocks[i].bytes < in->size)
		blocks[i].bytes *= 2;
	blocks[i].at = mmap(NULL, blocks[i].bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	out->block = i + 1;
	out->address = (L4_Word_t)blocks[i].at;
	return ROOT_OK;
}

enum root_error serve_root_dma_share(struct root_caller *c, const struct root_dma_share_in *in)
{
	size_t bytes;

	(void)c;
	return block_at(in->block, &bytes) ? ROOT_OK : ROOT_E_ARGUMENT;
}

char *block_at(L4_Word_t block, size_t *bytes)
{
	if (block < 1 || block > BLOCKS)
		return NULL;
	*bytes = blocks[block - 1].bytes;
	return blocks[block - 1].at;
}

/* ---- threads ---- */

enum root_error serve_root_thread_new(struct root_caller *c, const struct root_thread_new_in *in,
				      struct root_thread_new_out *out)
{
	unsigned number = root.thread_new == ROOT_OK ? kernel_thread_new(in->ip, in->sp) : 0;

	(void)c;
	out->thread = kernel_thread(number);
	return number ? ROOT_OK : root.thread_new == ROOT_OK ? ROOT_E_LIMIT : root.thread_new;
}

enum root_error serve_root_thread_end(struct root_caller *c, const struct root_thread_end_in *in)
{
	bool self = L4_IsNilThread(in->thread);

	if (!kernel_thread_end((unsigned)L4_ThreadNo(self ? c->thread : in->thread)))
		return ROOT_E_TASK;
	return self ? ROOT_LATER : ROOT_OK;
}

/* ---- tasks ---- */

void expect_exit(long status)
{
	root.exits = true;
	root.exit_status = status;
}

enum root_error serve_root_exit(struct root_caller *c, const struct root_exit_in *in)
{
	(void)c;
	if (root.exits && in->exit_status == root.exit_status)
		_exit(0);
	printf("    the task ended with status %ld\n", (long)in->exit_status);
	kernel_stop("that was not expected");
}

enum root_error serve_root_task_of(struct root_caller *c, const struct root_task_of_in *in,
				   struct root_task_of_out *out)
{
	unsigned number = (unsigned)L4_ThreadNo(in->thread);

	(void)c;
	*out = (struct root_task_of_out){ .task = OWN_TASK, .parent = OWN_PARENT, .streams = root.streams };
	out->first = kernel_thread(MAIN_THREAD);
	if (number == CHILD_THREAD - 1)
		return ROOT_E_TASK;
	if (number >= CHILD_THREAD && number < MAIN_THREAD)
		*out = (struct root_task_of_out){
			.task = FIRST_CHILD + (number - CHILD_THREAD) % SECOND_THREAD, .parent = OWN_TASK,
		};
	if (L4_IsNilThread(in->thread) && in->task && in->task != OWN_TASK) {
		*out = (struct root_task_of_out){ .task = in->task };
		return in->task < FIRST_CHILD + root.children ? ROOT_OK : ROOT_E_TASK;
	}
	return ROOT_OK;
}

enum root_error serve_root_spawn(struct root_caller *c, const struct root_spawn_in *in,
				 struct root_spawn_out *out)
{
	(void)c;
	if (root.spawn != ROOT_OK)
		return root.spawn;
	memcpy(root.program, in->name, sizeof root.program);
	memcpy(root.args, in->args, sizeof root.args);
	root.child_streams = in->streams;
	out->task = FIRST_CHILD + root.children;
	out->first = kernel_thread(CHILD_THREAD + root.children);
	children[root.children++].task = (unsigned)out->task;
	return ROOT_OK;
}

enum root_error serve_root_kill(struct root_caller *c, const struct root_kill_in *in)
{
	(void)c;
	root.killed = (unsigned)in->task;
	if (in->task >= FIRST_CHILD && in->task < FIRST_CHILD + root.children)
		return ROOT_OK;
	return in->task == OWN_PARENT ? ROOT_E_RIGHT : ROOT_E_TASK;
}

static bool take_end(struct root_wait_out *out)
{
	for (struct child *c = children; c < children + CHILDREN; c++)
		if (c->task && c->ended) {
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

	if (in->task || in->flags)
		kernel_stop("a wait for one child");
	for (unsigned i = 0; i < CHILDREN; i++)
		any |= children[i].task != 0;
	if (!any)
		return ROOT_E_TASK;
	if (take_end(out))
		return ROOT_OK;
	waiter = c->thread;
	return ROOT_LATER;
}

static void put_end(void *out)
{
	put_root_wait(ROOT_OK, out);
}

void root_child_ends(unsigned task, enum root_end how, long status)
{
	struct root_wait_out out;

	for (struct child *c = children; c < children + CHILDREN; c++)
		if (c->task == task) {
			c->ended = true;
			c->how = how;
			c->status = status;
		}
	if (!L4_IsNilThread(waiter) && take_end(&out)) {
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
		out->size = files[i].text ? strlen(text) : sizeof large;
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
	(void)c;
	(void)in;
	return ROOT_OK;
}

bool allow_root(struct root_caller *c, L4_Word_t right)
{
	(void)c;
	(void)right;
	return true;
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

void root_begin(void)
{
	root.limit = 64 << 20;
	kernel_server(ROOT_THREAD, serve);
}
