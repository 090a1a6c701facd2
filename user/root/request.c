/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.c - the requests of user/proto/root.idl about memory, devices, names, rights, power and the boot
 * image. Those about tasks and threads are in request_task.c, about child spaces in request_space.c, about
 * the log in request_log.c, of the supervisor in request_supervisor.c.
 */
#include <l4/pecan.h>
#include <l4/thread.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/device/device.h>
#include <root/device/power.h>
#include <root/memory/area.h>
#include <root/memory/cache.h>
#include <root/memory/frame.h>
#include <root/memory/image.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/memory/tar.h>
#include <root/supervised/starts.h>
#include <root/task/area_work.h>
#include <root/task/confine.h>
#include <root/task/task.h>
#include <string.h>
#include <x2/fpage.h>
#include "root.h"

enum root_error serve_root_memory(struct root_caller *c, struct root_memory_out *out)
{
	const struct pool *p = &root.pool;
	const struct account *own = &c->task->account;

	out->total = p->total << PAGE_LOG2;
	out->free = p->free << PAGE_LOG2;
	out->reserved = p->reserved << PAGE_LOG2;
	out->limit = own->limit << PAGE_LOG2;
	out->used = own->used << PAGE_LOG2;
	out->kept = p->kept << PAGE_LOG2;
	out->cached = cache_pages() << PAGE_LOG2;
	return ROOT_OK;
}

/* Memory with these rights at `at`, or, if that is 0, at any multiple of `align`. */
static enum root_error map(struct task *t, l4_word_t size, l4_word_t align, unsigned rights, l4_word_t *at)
{
	l4_word_t bytes = (size + PAGE_MASK) & ~PAGE_MASK;
	struct area area = { .kind = AREA_MAPPED, .rights = (uint8_t)rights };

	if (bytes == 0 || bytes < size || *at % PAGE_BYTES != 0)
		return ROOT_E_ARGUMENT;
	if (bytes >> PAGE_LOG2 > t->account.limit)
		return ROOT_E_MEMORY;
	if (*at == 0)
		*at = area_place(t, bytes, align);
	if (*at == 0 || !area_free_at(t, *at, bytes))
		return ROOT_E_ARGUMENT;
	area.base = *at;
	area.last = *at + bytes - 1;
	return limit_area(t, &area);
}

enum root_error serve_root_map(struct root_caller *c, const struct root_map_in *in, struct root_map_out *out)
{
	l4_word_t at = in->address;
	enum root_error e = map(c->task, in->size, PAGE_BYTES, L4_R | L4_W, &at);

	out->address = e == ROOT_OK ? at : 0;
	return e;
}

/* The answer comes from area_work.c. */
static enum root_error begin(struct root_caller *c, struct area *area, enum area_work work)
{
	if (area->work != WORK_NONE)
		return area->work == WORK_REMOVE ? ROOT_E_ARGUMENT : ROOT_E_BUSY;
	c->task->thread[c->thread].waits = WAITS_JOB;
	area_work_begin(c->task, area, work, c->thread);
	return ROOT_LATER;
}

static enum root_error populate(struct root_caller *c, l4_word_t size, l4_word_t at, unsigned rights)
{
	enum root_error e = map(c->task, size, frame_align(size), rights, &at);

	return e == ROOT_OK ? begin(c, area_at(c->task, at), WORK_POPULATE) : e;
}

enum root_error serve_root_populate(struct root_caller *c, const struct root_populate_in *in,
				    struct root_populate_out *out)
{
	(void)out;			/* area_work.c */
	return populate(c, in->size, in->address, L4_R | L4_W);
}

/* Its answer has the form of that of root_populate. */
enum root_error serve_root_space_memory(struct root_caller *c, const struct root_space_memory_in *in,
					struct root_space_memory_out *out)
{
	(void)out;			/* area_work.c */
	return populate(c, in->size, in->address, L4_RWX);
}

enum root_error serve_root_unmap(struct root_caller *c, const struct root_unmap_in *in)
{
	struct area *area = area_at(c->task, in->address);

	if (!area
	    || (area->kind != AREA_MAPPED && area->kind != AREA_DEVICE && area->kind != AREA_DMA)
	    || area->base != (in->address & ~PAGE_MASK))
		return ROOT_E_ARGUMENT;
	return begin(c, area, WORK_REMOVE);
}

enum root_error serve_root_seal(struct root_caller *c, const struct root_seal_in *in)
{
	struct area *area = area_at(c->task, in->address);
	enum root_error e;

	if (!area || area->kind != AREA_MAPPED || area->base != (in->address & ~PAGE_MASK))
		return ROOT_E_ARGUMENT;
	e = begin(c, area, WORK_SEAL);
	if (e == ROOT_LATER)		/* a page gets the rights when it is touched again */
		area->rights = L4_R | (in->executable ? L4_X : 0);
	return e;
}

enum root_error serve_root_irq_attach(struct root_caller *c, const struct root_irq_attach_in *in)
{
	l4_word_t handler = L4_IsNilThread(in->handler) ? c->task->thread[c->thread].id : in->handler.raw;
	unsigned i;

	return task_of_thread(handler, &i) == c->task ? device_irq_attach(c->task, in->line, handler)
						      : ROOT_E_TASK;
}

enum root_error serve_root_irq_detach(struct root_caller *c, const struct root_irq_detach_in *in)
{
	return device_irq_detach(c->task, in->line);
}

enum root_error serve_root_ports(struct root_caller *c, const struct root_ports_in *in,
				 struct root_ports_out *out)
{
	return device_ports(c->task, in->first, in->log2, &out->ports);
}

enum root_error serve_root_ports_free(struct root_caller *c, const struct root_ports_free_in *in)
{
	return device_ports_free(c->task, c->thread, in->first, in->log2);
}

enum root_error serve_root_phys(struct root_caller *c, const struct root_phys_in *in,
				struct root_phys_out *out)
{
	(void)out;			/* area_work.c */
	return device_memory(c->task, c->thread, in->physical, in->size);
}

enum root_error serve_root_inspect(struct root_caller *c, const struct root_inspect_in *in,
				   struct root_inspect_out *out)
{
	(void)c;
	if (!L4_HasInspect())
		return ROOT_E_ABSENT;
	/* A record may be shorter than what is relayed: no word of an earlier message may go along. */
	L4_LoadMRs(1, ROOT_RECORD_WORDS, out->record);
	out->next = L4_InspectRecord(in->what, in->object, in->start, out->record, ROOT_RECORD_WORDS);
	return out->next == 0 && L4_ErrorCode() != L4_OK ? ROOT_E_ARGUMENT : ROOT_OK;
}

enum root_error serve_root_names(struct root_caller *c, struct root_names_out *out)
{
	(void)c;
	out->service = tid(root.names);
	return root.names == 0 && starts_expects_names() ? ROOT_E_BUSY : ROOT_OK;
}

enum root_error serve_root_file(struct root_caller *c, const struct root_file_in *in,
				struct root_file_out *out)
{
	l4_word_t offset = in->offset, n = sizeof(out->data);
	const struct tar_entry *file = tar_entry(&root.index, in->name);

	if (!grants_may_read(c->task->program, in->name))
		return ROOT_E_RIGHT;
	if (!file)
		return ROOT_E_NAME;
	if (offset > file->size)
		offset = file->size;
	if (n > file->size - offset)
		n = file->size - offset;
	out->size = file->size;
	out->data_bytes = n;
	memcpy(out->data, file->data + offset, n);
	return ROOT_OK;
}

enum root_error serve_root_power(struct root_caller *c, const struct root_power_in *in)
{
	(void)c;
	if (in->what > ROOT_POWER_REBOOT)
		return ROOT_E_ARGUMENT;
	power((enum root_power)in->what, in->exit_status);
	return ROOT_E_ABSENT;
}

/* May the task of this thread, *client, use the caller's services? Always what its own program serves. */
static enum root_error may_use(const struct root_caller *c, L4_ThreadId_t thread, const struct task **client)
{
	unsigned i;
	const struct task *t = *client = task_of_thread(thread.raw, &i);

	if (!t)
		return ROOT_E_TASK;
	if (t->image == c->task->image || grants_hold_name(&t->program->uses, c->task->image->name))
		return ROOT_OK;
	return confine_permits(c->task, t) ? ROOT_E_RIGHT : ROOT_E_TASK;
}

enum root_error serve_root_may_use(struct root_caller *c, const struct root_may_use_in *in,
				   struct root_may_use_out *out)
{
	const struct task *client;
	enum root_error e = may_use(c, in->client, &client);

	if (client)
		*out = (struct root_may_use_out){ client->id, task_section(client), c->task->program->users };
	return e;
}

enum root_error serve_root_paths(struct root_caller *c, const struct root_paths_in *in,
				 struct root_paths_out *out)
{
	const struct task *client;
	enum root_error e = may_use(c, in->client, &client);

	if (e != ROOT_OK)
		return e;
	if (!client->paths)
		return ROOT_OK;
	out->paths_bytes = client->paths->paths_bytes;
	memcpy(out->paths, root.grants.paths + client->paths->paths, client->paths->paths_bytes);
	return ROOT_OK;
}

enum root_error serve_root_disk(struct root_caller *c, const struct root_disk_in *in,
				struct root_disk_out *out)
{
	const struct task *client;
	enum root_error e = may_use(c, in->client, &client);

	if (e != ROOT_OK)
		return e;
	*out = (struct root_disk_out){
		.first = client->program->disk.first, .sectors = client->program->disk.sectors,
		.partition = client->program->disk.partition,
	};
	memcpy(out->name, client->program->disk.name, sizeof(out->name));
	return ROOT_OK;
}

enum root_error serve_root_holds(struct root_caller *c, const struct root_holds_in *in)
{
	const struct task *client;
	enum root_error e = may_use(c, in->client, &client);

	return e == ROOT_OK && (client->rights & in->right) != in->right ? ROOT_E_RIGHT : e;
}

/* By the section of any program. */
static bool is_provided(const char *name)
{
	const struct grants *c = &root.grants;

	for (unsigned i = 0; i < c->programs; i++)
		if (grants_hold_name(&c->program[i].provides, name))
			return true;
	return grants_hold_name(&c->others.provides, name);
}

enum root_error serve_root_may_provide(struct root_caller *c, const struct root_may_provide_in *in)
{
	unsigned i;
	const struct task *server = task_of_thread(in->owner.raw, &i);

	if (L4_IsNilThread(in->owner) && !c->task->program->confined)
		return is_provided(in->name) ? ROOT_OK : ROOT_E_RIGHT;
	if (!server || !confine_permits(c->task, server))
		return ROOT_E_TASK;
	return server->provides && grants_hold_name(&server->program->provides, in->name)
	       ? ROOT_OK : ROOT_E_RIGHT;
}
