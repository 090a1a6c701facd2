/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the PCI server: finds the devices of the machine, and hands each to one driver, as the system
 * description says. See user/proto/pci.idl and docs/user/devices.md.
 *
 * A driver gets the device's memory, its I/O ports and an interrupt id for each of its messages from root, on
 * this server's word. The table of the messages is written here only: no driver can raise another's interrupt
 * by it. When a driver ends, its devices are reset before its memory can be used again (root_device_clear).
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/mmio.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/pci_client.h>
#include <proto/pci_server.h>
#include <proto/root_client.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "device.h"
#include "intx.h"
#include "message.h"

enum {
	MSIX_ENTRY = 16, MSIX_DATA = 8, MSIX_CONTROL = 12, MSIX_ENABLE = 1 << 15, MSIX_MASKED = 1,
	MSI_ENABLE = 1, MSI_64 = 1 << 7, RETRY_US = 1000000,
	TEXT = 400, PAGE = 4096,
};

struct pci_caller { L4_ThreadId_t thread; };

/* The device at `place`, if the caller's task has opened it; else 0. */
static struct device *own_device(const struct pci_caller *c, L4_Word_t place)
{
	struct device *d = device_at(place);

	return d && d->task && d->task == pecan_client_task(c->thread) ? d : 0;
}

/* ---- the end of a driver ---- */

/* Reset all devices of a task that has ended. Root frees its memory only if that was possible: then true. */
static bool take_back(L4_Word_t task)
{
	enum root_error e = ROOT_E_BUSY;
	bool done = true;

	for (unsigned i = 0; i < devices->count; i++)
		if (devices->at[i].task == task)
			done &= device_reset(&devices->at[i]);
	while (done && e == ROOT_E_BUSY)
		e = root_device_clear(pecan_root(), task);
	return done && e == ROOT_OK;
}

static void take_back_if_ended(L4_Word_t task)
{
	struct pecan_task t;

	if (task && pecan_task_by_number(task, &t) == ROOT_E_TASK)
		take_back(task);
}

enum pci_status serve_pci_ended(struct pci_caller *c, const struct pci_ended_in *in)
{
	if (!L4_IsLocalId(c->thread))
		return PCI_E_RIGHT;
	return take_back(in->task) ? PCI_OK : PCI_E_BUSY;
}

/* The second thread: waits for the end of drivers. A device that cannot be reset is tried again and again. */
static void wait_for_ends(void *arg)
{
	L4_ThreadId_t server = *(L4_ThreadId_t *)arg;
	struct root_device_ended_out out = { 0 };

	for (;;)
		if (root_device_ended(pecan_root(), out.task, &out) != ROOT_OK
		    || pci_ended(server, out.task) != PCI_OK)
			L4_Sleep(L4_TimePeriod(RETRY_US));
}

/* ---- requests of drivers ---- */

bool permit_pci(struct pci_caller *c)
{
	return pecan_may_use(c->thread);
}

/* Opens d for the task, if its last driver has ended. */
static enum pci_status take(struct device *d, L4_Word_t task)
{
	take_back_if_ended(d->task);
	if (d->task && d->task != task)
		return PCI_E_BUSY;
	d->task = task;
	config_write16(d->place, REG_COMMAND, COMMAND_MEMORY | COMMAND_NO_INTX);
	return PCI_OK;
}

/* The other word for a device, by its class (user/proto/root.idl). */
static L4_Word_t class_word(const struct device *d) { return ROOT_PCI_CLASS | d->class; }

/* By its id; or by its class, unless only sections of others name the id: then it is theirs. */
static bool is_meant(const struct pci_caller *c, const struct device *d, L4_Word_t word)
{
	struct root_may_drive_out out;

	if (d->id == word)
		return true;
	return class_word(d) == word
	       && (root_may_drive(pecan_root(), L4_nilthread, d->id, &out) == ROOT_E_RIGHT
		   || root_may_drive(pecan_root(), c->thread, d->id, &out) == ROOT_OK);
}

enum pci_status serve_pci_open(struct pci_caller *c, const struct pci_open_in *in, struct pci_open_out *out)
{
	enum pci_status status = PCI_E_NONE;
	struct root_may_drive_out driver;

	switch (root_may_drive(pecan_root(), c->thread, in->id, &driver)) {
	case ROOT_OK: break;
	case ROOT_E_RIGHT: return PCI_E_RIGHT;
	default: return PCI_E_ROOT;
	}
	for (unsigned i = 0; i < devices->count && status != PCI_OK; i++) {
		struct device *d = &devices->at[i];

		if ((in->place != PCI_ANY && in->place != d->place) || config_is_kernels(d->place)
		    || !is_meant(c, d, in->id))
			continue;
		status = in->place == PCI_ANY && d->task == driver.task ? PCI_E_BUSY : take(d, driver.task);
		out->place = d->place;
	}
	return status;
}

enum pci_status serve_pci_read(struct pci_caller *c, const struct pci_read_in *in, struct pci_read_out *out)
{
	if (!own_device(c, in->place) || in->offset % 4 != 0)
		return PCI_E_NONE;
	out->value = config_read((unsigned)in->place, (unsigned)in->offset);
	return PCI_OK;
}

enum pci_status serve_pci_bar(struct pci_caller *c, const struct pci_bar_in *in, struct pci_bar_out *out)
{
	struct device *d = own_device(c, in->place);
	unsigned table, vectors;
	uint32_t offset;
	uint64_t bytes;
	struct bar *b;

	if (!d)
		return PCI_E_NONE;
	b = &d->bar[in->bar];
	bytes = b->bytes;
	if (device_table(d, &table, &offset, &vectors) && table == in->bar)
		bytes = offset & ~(uint64_t)(PAGE - 1);	/* what is before its messages */
	if (!bytes || device_shares_page(d, (unsigned)in->bar))
		return PCI_E_BAR;
	if (root_device_give(pecan_root(), d->task, ROOT_PHYSICAL, (L4_Word_t)b->physical,
			     (L4_Word_t)(b->physical + bytes - 1)) != ROOT_OK)
		return PCI_E_ROOT;
	*out = (struct pci_bar_out){ (L4_Word_t)b->physical, (L4_Word_t)bytes };
	return PCI_OK;
}

/* A device answers at all its ports or at none: so its driver gets all of its regions, or none is used. */
static enum pci_status give_ports(const struct device *d)
{
	for (unsigned i = 0; i < BARS; i++) {
		const struct ports *p = &d->ports[i];

		if (!p->count)
			continue;
		if (device_shares_ports(d, i))
			return PCI_E_BAR;
		if (root_device_give(pecan_root(), d->task, ROOT_IO_PORTS, p->first, p->first + p->count - 1)
		    != ROOT_OK)
			return PCI_E_ROOT;
	}
	return PCI_OK;
}

enum pci_status serve_pci_ports(struct pci_caller *c, const struct pci_ports_in *in,
				struct pci_ports_out *out)
{
	struct device *d = own_device(c, in->place);
	enum pci_status status;
	const struct ports *p;

	if (!d)
		return PCI_E_NONE;
	p = &d->ports[in->bar];
	status = p->count ? give_ports(d) : PCI_E_BAR;
	if (status != PCI_OK)
		return status;
	config_write16(d->place, REG_COMMAND, config_read16(d->place, REG_COMMAND) | COMMAND_IO);
	*out = (struct pci_ports_out){ p->first, (L4_Word_t)__builtin_ctz(p->count) };
	return PCI_OK;
}

enum pci_status serve_pci_master(struct pci_caller *c, const struct pci_master_in *in)
{
	struct device *d = own_device(c, in->place);
	uint16_t command;

	if (!d)
		return PCI_E_NONE;
	if (root_device_give(pecan_root(), d->task, ROOT_MASTER, d->place, d->place) != ROOT_OK)
		return PCI_E_ROOT;
	command = config_read16(d->place, REG_COMMAND) & (uint16_t)~COMMAND_MASTER;
	config_write16(d->place, REG_COMMAND, in->on ? command | COMMAND_MASTER : command);
	return PCI_OK;
}

/* ---- messages ---- */

/* Returns true if the device has a message of that number. */
static bool has_vector(const struct device *d, unsigned vector)
{
	unsigned bar, vectors;
	uint32_t offset;

	if (d->msix)
		return device_table(d, &bar, &offset, &vectors) && vector < vectors;
	return d->msi && vector == 0;
}

static bool write_msix(const struct device *d, unsigned vector, uint32_t data)
{
	unsigned bar, vectors;
	uint32_t offset;
	void *table;
	char *entry;

	if (!device_table(d, &bar, &offset, &vectors)
	    || pecan_phys((L4_Word_t)d->bar[bar].physical + offset, vectors * MSIX_ENTRY, &table) != ROOT_OK)
		return false;
	if (!(config_read16(d->place, d->msix + 2) & MSIX_ENABLE))	/* what a former driver had */
		for (unsigned i = 0; i < vectors; i++)
			mmio_write32((char *)table + i * MSIX_ENTRY + MSIX_CONTROL, MSIX_MASKED);
	entry = (char *)table + vector * MSIX_ENTRY;
	mmio_write32(entry, message_address());
	mmio_write32(entry + 4, 0);
	mmio_write32(entry + MSIX_DATA, data);
	mmio_write32(entry + MSIX_CONTROL, 0);
	config_write16(d->place, d->msix + 2, MSIX_ENABLE);
	pecan_unmap(table);
	return true;
}

static bool write_msi(const struct device *d, uint32_t data)
{
	bool wide = config_read16(d->place, d->msi + 2) & MSI_64;

	config_write(d->place, d->msi + 4, message_address());
	if (wide)
		config_write(d->place, d->msi + 8, 0);
	config_write16(d->place, d->msi + (wide ? 12 : 8), (uint16_t)data);
	config_write16(d->place, d->msi + 2, MSI_ENABLE);
	return true;
}

/* Returns the number of an interrupt id that no device has, from 1, or 0. */
static uint8_t free_irq(void)
{
	bool used[L4_MSI_IDS + 1] = { 0 };

	for (unsigned i = 0; i < devices->count; i++)
		for (unsigned v = 0; v < VECTORS; v++)
			used[devices->at[i].irq[v] % (L4_MSI_IDS + 1)] = true;
	for (uint8_t n = 1; n <= L4_MSI_IDS; n++)
		if (!used[n])
			return n;
	return 0;
}

/* ---- lines ---- */

/* Their number: interrupt ids that are not for messages. */
static L4_Word_t lines(void)
{
	return L4_HasMsi() ? L4_FirstMsi() : L4_ThreadIdSystemBase(L4_GetKernelInterface());
}

/* A device whose driver has this line, or 0. */
static struct device *line_owner(unsigned line)
{
	for (unsigned i = 0; i < devices->count; i++)
		if (devices->at[i].line == line + 1)
			return &devices->at[i];
	return 0;
}

static const char *driver_name(const struct device *d, struct pecan_task *t)
{
	return pecan_task_by_number(d->task, t) == ROOT_OK ? t->name : "ended";
}

static void report_conflict(const struct device *d, const struct device *owner, unsigned line)
{
	struct pecan_task mine, its;

	pecan_logf("%02x:%02x.%u (%s) cannot have interrupt line %u: %02x:%02x.%u (%s) has it", d->place >> 8,
		   d->place >> 3 & 0x1f, d->place & 7, driver_name(d, &mine), line, owner->place >> 8,
		   owner->place >> 3 & 0x1f, owner->place & 7, driver_name(owner, &its));
}

/* Devices without a driver may share the line: the firmware may have left their interrupts on. */
static void quiet_others(void)
{
	for (unsigned i = 0; i < devices->count; i++) {
		const struct device *d = &devices->at[i];

		if (!d->task && !config_is_kernels(d->place))
			config_write16(d->place, REG_COMMAND, config_read16(d->place, REG_COMMAND) | COMMAND_NO_INTX);
	}
}

static enum pci_status give_line(struct device *d, struct pci_vector_out *out)
{
	struct device *owner;
	unsigned line;

	if (!intx_line(d, &line) || line >= lines())
		return PCI_E_VECTOR;
	owner = line_owner(line);
	if (owner && owner != d)
		take_back_if_ended(owner->task);
	if (owner && owner != d && owner->line) {
		report_conflict(d, owner, line);
		return PCI_E_BUSY;
	}
	d->line = (uint8_t)(line + 1);	/* before root knows, as above */
	if (root_device_give(pecan_root(), d->task, ROOT_IRQS, line, line) != ROOT_OK)
		return PCI_E_ROOT;
	quiet_others();
	config_write16(d->place, REG_COMMAND,
		       config_read16(d->place, REG_COMMAND) & (uint16_t)~COMMAND_NO_INTX);
	*out = (struct pci_vector_out){ .irq = line, .line = 1 };
	return PCI_OK;
}

enum pci_status serve_pci_vector(struct pci_caller *c, const struct pci_vector_in *in,
				 struct pci_vector_out *out)
{
	struct device *d = own_device(c, in->place);
	unsigned vector = (unsigned)in->vector;
	uint32_t data;

	if (!d)
		return PCI_E_NONE;
	if (!L4_HasMsi() || (!d->msix && !d->msi))
		return give_line(d, out);
	if (!has_vector(d, vector))
		return PCI_E_VECTOR;
	if (!d->irq[vector])		/* before root knows: an id that was given once is not free */
		d->irq[vector] = free_irq();
	if (!d->irq[vector])
		return PCI_E_VECTOR;
	out->irq = L4_FirstMsi() + d->irq[vector] - 1;
	if (root_device_give(pecan_root(), d->task, ROOT_IRQS, out->irq, out->irq) != ROOT_OK)
		return PCI_E_ROOT;
	data = message_data(out->irq);
	return (d->msix ? write_msix(d, vector, data) : write_msi(d, data)) ? PCI_OK : PCI_E_ROOT;
}

/* ---- what there is ---- */

enum pci_status serve_pci_list(struct pci_caller *c, const struct pci_list_in *in, struct pci_list_out *out)
{
	const struct device *d = &devices->at[in->position % DEVICES_MAX];

	(void)c;
	if (in->position >= devices->count)
		return PCI_OK;
	*out = (struct pci_list_out){ in->position + 1, d->place, d->id, d->class, d->task };
	return PCI_OK;
}

/* Classes (PCI Code and ID 1.11) of devices that need a driver to be of use; others are not named. */
static const char *class_name(const struct device *d)
{
	static const char *const names[] = {
		[0] = "other", [1] = "storage", [2] = "network", [4] = "multimedia", [7] = "communication",
		[9] = "input", [12] = "serial bus", [13] = "wireless",
	};
	unsigned class = d->class >> 16;

	return class < sizeof(names) / sizeof(names[0]) ? names[class] : 0;
}

/* Root starts its drivers. Returns true if a section names any. */
static bool has_driver(const struct device *d)
{
	bool by_id = root_device_found(pecan_root(), d->id) != ROOT_E_RIGHT;

	return root_device_found(pecan_root(), class_word(d)) != ROOT_E_RIGHT || by_id;
}

/* Those without a driver: one line of root's log, so that no user looks for a disk in vain. */
static void report_found(void)
{
	char text[TEXT] = "";

	for (unsigned i = 0; i < devices->count; i++) {
		const struct device *d = &devices->at[i];
		size_t n = strlen(text);

		if (!has_driver(d) && class_name(d))
			snprintf(text + n, TEXT - n, " %02x:%02x.%u %s,", d->place >> 8, d->place >> 3 & 0x1f,
				 d->place & 7, class_name(d));
	}
	if (text[0] == 0)
		return;
	text[strlen(text) - 1] = 0;
	pecan_logf("PCI devices without a driver:%s", text);
}

/* Returns true if a section drives a device of this class. */
static bool is_driven(unsigned class)
{
	struct root_may_drive_out out;

	for (const struct device *d = devices->at; d < devices->at + devices->count; d++)
		if (d->class >> 16 == class
		    && (root_may_drive(pecan_root(), L4_nilthread, d->id, &out) != ROOT_E_RIGHT
			|| root_may_drive(pecan_root(), L4_nilthread, class_word(d), &out) != ROOT_E_RIGHT))
			return true;
	return false;
}

/* Another one: for what a user expects the programs are there, and no device is. */
static void report_missing(void)
{
	static const struct { unsigned class; uint32_t id; const char *use, *device; } wanted[] = {
		{ 1, 0x1af41042, "no disk", "virtio-blk-pci" }, { 2, 0x1af41041, "no network", "virtio-net-pci" },
	};
	char uses[TEXT] = "", missing[TEXT] = "";
	struct root_may_drive_out out;

	for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		size_t n = strlen(uses), k = strlen(missing);

		if (is_driven(wanted[i].class)
		    || root_may_drive(pecan_root(), L4_nilthread, wanted[i].id, &out) == ROOT_E_RIGHT)
			continue;
		snprintf(uses + n, TEXT - n, "%s%s", n ? " and " : "", wanted[i].use);
		snprintf(missing + k, TEXT - k, "%s%s", k ? " and " : "", wanted[i].device);
	}
	if (uses[0])
		pecan_logf("%s: add %s to the machine", uses, missing);
}

/* ---- the server ---- */

static void fail(const char *why)
{
	pecan_log(why);
	pecan_exit(1);
}

static void start(void)
{
	static L4_ThreadId_t self;
	L4_ThreadId_t waiter;
	enum names_error n;

	if (!device_init(config_init()))
		fail("no memory for the devices: its section needs `keep 16K`");
	intx_init();
	self = L4_Myself();
	if (pecan_thread_start(wait_for_ends, &self, 0, &waiter) != ROOT_OK)
		fail("no second thread");
	n = pecan_register(PCI_NAME, L4_nilthread);
	if (n != NAMES_OK)
		fail(pecan_names_error_text(n));
	report_found();
	report_missing();
}

int main(void)
{
	struct pci_caller c;
	L4_MsgTag_t tag;

	start();
	tag = pecan_wait_alive(&c.thread);
	for (;;)
		tag = pci_serve(tag, &c) ? pecan_reply_wait_alive(c.thread, &c.thread)
					 : pecan_wait_alive(&c.thread);
}
