/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bus.c - devices that are found on a bus. The system description says what a program drives (`pci`), the
 * task with the right `devices` (the PCI server) finds the device, and gives the driver its memory, ports and
 * interrupts. When the driver has ended, the device may still write to memory: what it was given is kept, and
 * so are the pages that it may reach (dma.c), until that task has reset the device (root_device_clear).
 */
#include <l4/ipc.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/root.h>
#include <root/task/task.h>
#include "bus.h"
#include "device.h"
#include "dma.h"

enum { GIVEN_MAX = 128, GIVEN_PER_TASK = 32 };

struct given { l4_word_t task; enum root_resource kind; l4_word_t first, last; bool ended; };

static struct given given[GIVEN_MAX];	/* task 0: free */
static l4_word_t waiting;		/* thread that waits in root_device_ended, or 0 */

bool bus_gave(const struct task *t, enum root_resource kind, l4_word_t first, l4_word_t last)
{
	for (unsigned i = 0; i < GIVEN_MAX; i++)
		if (given[i].task == t->id && given[i].kind == kind && given[i].first <= first
		    && last <= given[i].last)
			return true;
	return false;
}

bool bus_drives(const struct task *t)
{
	for (unsigned i = 0; i < GIVEN_MAX; i++)
		if (given[i].task == t->id)
			return true;
	return false;
}

/* Returns the lowest number above `after` of a driver that has ended, or the lowest of all, or 0. */
static l4_word_t next_ended(l4_word_t after)
{
	l4_word_t next = 0, lowest = 0;

	for (unsigned i = 0; i < GIVEN_MAX; i++) {
		l4_word_t task = given[i].task;

		if (task == 0 || !given[i].ended)
			continue;
		if (lowest == 0 || task < lowest)
			lowest = task;
		if (task > after && (next == 0 || task < next))
			next = task;
	}
	return next != 0 ? next : lowest;
}

void bus_task_gone(const struct task *t)
{
	struct root_device_ended_out out = { t->id };
	struct task_thread *waiter = task_waiter(waiting, WAITS_NEWS);
	bool any = false;

	for (unsigned n = 0; n < GIVEN_MAX; n++)
		if (given[n].task == t->id)
			any = given[n].ended = true;
	if (!any || !waiter)
		return;
	waiter->waits = WAITS_NOT;
	answer_root_device_ended(tid(waiting), ROOT_OK, &out);
	waiting = 0;
}

/* Does any section name this device? */
static bool is_named(l4_word_t device)
{
	for (unsigned i = 0; i < root.grants.programs; i++)
		if (grants_hold_range(&root.grants.program[i].pci, device, device))
			return true;
	return false;
}

enum root_error serve_root_may_drive(struct root_caller *c, const struct root_may_drive_in *in,
				     struct root_may_drive_out *out)
{
	unsigned i;
	const struct task *t = task_of_thread(in->driver.raw, &i);

	(void)c;
	if (L4_IsNilThread(in->driver))
		return is_named(in->device) ? ROOT_OK : ROOT_E_RIGHT;
	if (!t)
		return ROOT_E_TASK;
	out->task = t->id;
	return grants_hold_range(&t->program->pci, in->device, in->device) ? ROOT_OK : ROOT_E_RIGHT;
}

enum root_error serve_root_device_found(struct root_caller *c, const struct root_device_found_in *in)
{
	(void)c;
	root.policy->found(in->device);
	return is_named(in->device) ? ROOT_OK : ROOT_E_RIGHT;
}

enum root_error bus_give(l4_word_t task, enum root_resource kind, l4_word_t first, l4_word_t last)
{
	const struct task *t = task_by_id(task);
	struct given *place = 0;
	unsigned own = 0;

	if (!t || t->ended != ROOT_ALIVE)
		return ROOT_E_TASK;
	if (bus_gave(t, kind, first, last))
		return ROOT_OK;
	for (unsigned i = 0; i < GIVEN_MAX; i++) {
		if (given[i].task == 0)
			place = &given[i];
		own += given[i].task == t->id;
	}
	if (!place || own == GIVEN_PER_TASK)
		return ROOT_E_LIMIT;
	*place = (struct given){ task, kind, first, last, false };
	return ROOT_OK;
}

enum root_error serve_root_device_give(struct root_caller *c, const struct root_device_give_in *in)
{
	const struct task *t = task_by_id(in->task);
	enum root_resource kind = (enum root_resource)in->kind;

	if (!t || t->ended != ROOT_ALIVE)
		return ROOT_E_TASK;
	if (in->last < in->first)
		return ROOT_E_ARGUMENT;
	if (kind == ROOT_IO_PORTS && !bus_gave(t, kind, in->first, in->last))
		return device_ports_get(c->task, c->thread, in);
	return bus_give(in->task, kind, in->first, in->last);
}

enum root_error serve_root_device_ended(struct root_caller *c, const struct root_device_ended_in *in,
					struct root_device_ended_out *out)
{
	unsigned i;
	const struct task *other = task_of_thread(waiting, &i);

	if (other && other != c->task)
		return ROOT_E_BUSY;
	out->task = next_ended(in->after);
	if (out->task != 0)
		return ROOT_OK;
	waiting = c->task->thread[c->thread].id;
	c->task->thread[c->thread].waits = WAITS_NEWS;
	return ROOT_LATER;
}

enum root_error serve_root_device_clear(struct root_caller *c, const struct root_device_clear_in *in)
{
	bool any = false;

	(void)c;
	for (unsigned i = 0; i < GIVEN_MAX; i++)
		any |= given[i].task == in->task && given[i].ended;
	if (any && !dma_clear(in->task))
		return ROOT_E_BUSY;
	for (unsigned i = 0; i < GIVEN_MAX; i++)
		if (given[i].task == in->task && given[i].ended)
			given[i].task = 0;
	return ROOT_OK;
}
