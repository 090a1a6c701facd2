/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.c - root for drivers: see machine.h. root_common.c has memory, blocks and threads.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <pecan/cpu.h>
#include <pecan/names.h>
#include <pecan/task.h>
#include <proto/console.h>
#include <proto/disk.h>
#include <proto/root_server.h>
#include "machine.h"

/* Those that drivers have no use for: NULL, so a call of them fails. */
#pragma weak serve_root_spawn
#pragma weak serve_root_kill
#pragma weak serve_root_wait
#pragma weak serve_root_tasks
#pragma weak serve_root_programs
#pragma weak serve_root_seal
#pragma weak serve_root_thread_priority
#pragma weak serve_root_ports_free
#pragma weak serve_root_inspect
#pragma weak serve_root_power
#pragma weak serve_root_file
#pragma weak serve_root_paths
#pragma weak serve_root_may_send
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

enum { THREADS = 16, FIRST_THREAD = 0x1000, LINES = 256, PORT_RANGES = 16, GIFTS = 64, REGIONS = 16,
       HOUR_US = 3600000, KEPT_BYTES = 16384, BUS_PORTS = 0x1000,
       PORTS_MOST = 256 };

struct machine machine;

static L4_ThreadId_t handlers[LINES], log_reader, device_waiter;
static struct port_range { unsigned task, first, last; } ports[PORT_RANGES];
static struct gift { unsigned task; enum root_resource kind; L4_Word_t first, last; } gifts[GIFTS];
static struct { uint64_t physical, bytes; char *at; bool registers; } regions[REGIONS];
static unsigned given_ports, given, mapped;

/* ---- tasks ---- */

L4_ThreadId_t machine_first(unsigned task) { return kernel_thread(FIRST_THREAD + task * THREADS); }

/* The task of a thread, which may be one that a test was; 0: of none that lives. */
static unsigned task_of(L4_ThreadId_t thread)
{
	unsigned number = (unsigned)L4_ThreadNo(thread), task = kernel_task(thread);

	if (task == ~0u && number >= FIRST_THREAD)
		task = (number - FIRST_THREAD) / THREADS;
	return task < TASKS && !machine.task[task].ended ? task : 0;
}

static struct machine_task *caller(const struct root_caller *c) { return &machine.task[task_of(c->thread)]; }

struct run { int (*program)(void); };

static void run(void *arg)
{
	struct run *r = arg;

	pecan_exit(r->program());
}

void machine_start(unsigned task, int (*program)(void))
{
	static struct run runs[TASKS];
	unsigned number;

	runs[task].program = program;
	machine.task[task].ended = false;
	number = kernel_start(run, &runs[task]);
	kernel_name(number, machine_first(task), task);
}

int card_main(void)
{
	return virtio_net_main(1, (char *[]){ "virtio-net", NULL });
}

void machine_thread(unsigned task, unsigned place, void (*fn)(void *arg), void *arg)
{
	unsigned number = kernel_start(fn, arg);

	kernel_name(number, kernel_thread(FIRST_THREAD + task * THREADS + place), task);
}

void machine_be(unsigned task)
{
	kernel_name(0, machine_first(task), task);
}

void machine_wait(unsigned long us)
{
	L4_Sleep(L4_TimePeriod(us));
}

/* Its ports are no task's then. */
static void take_ports(unsigned task)
{
	for (unsigned i = 0; i < given_ports; i++)
		if (ports[i].task == task)
			ports[i--] = ports[--given_ports];
}

static void end(unsigned task)
{
	take_ports(task);
	machine.task[task].ended = true;
	kernel_task_end(task);
	for (unsigned i = 0; i < LINES; i++)
		if (!L4_IsNilThread(handlers[i]) && (L4_ThreadNo(handlers[i]) - FIRST_THREAD) / THREADS == task)
			handlers[i] = L4_nilthread;
}

void machine_notice(unsigned task)
{
	L4_ThreadId_t own = L4_Myself();
	unsigned before = kernel_task(own);

	kernel_name(0, kernel_thread(ROOT_THREAD), TASKS);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)ROOT_NOTICE << 16 });
	if (L4_IpcFailed(L4_Send_Timeout(machine_first(task), L4_TimePeriod(HOUR_US))))
		kernel_stop("a task does not take root's notice");
	kernel_name(0, own, before);
	machine_wait(1000);
}

enum root_error serve_root_exit(struct root_caller *c, const struct root_exit_in *in)
{
	unsigned task = task_of(c->thread);

	machine.task[task].status = in->exit_status;
	end(task);
	return ROOT_LATER;
}

enum root_error serve_root_task_of(struct root_caller *c, const struct root_task_of_in *in,
				   struct root_task_of_out *out)
{
	unsigned task = L4_IsNilThread(in->thread) ? (unsigned)in->task : task_of(in->thread);

	if (L4_IsNilThread(in->thread) && task == 0)
		task = task_of(c->thread);
	if (task == 0 || task >= TASKS || machine.task[task].ended)
		return ROOT_E_TASK;
	*out = (struct root_task_of_out){ .task = task, .first = machine_first(task),
					  .parent = machine.task[task].parent,
					  .terminal = machine.task[task].terminal };
	snprintf(out->name, sizeof out->name, "task%u", task);
	return ROOT_OK;
}

enum root_error serve_root_may_use(struct root_caller *c, const struct root_may_use_in *in,
				   struct root_may_use_out *out)
{
	unsigned task = task_of(in->client);

	(void)c;
	if (task == 0)
		return ROOT_E_TASK;
	*out = (struct root_may_use_out){ task, machine.task[task].section, machine.sections };
	return machine.task[task].refused ? ROOT_E_RIGHT : ROOT_OK;
}

enum root_error serve_root_disk(struct root_caller *c, const struct root_disk_in *in,
				struct root_disk_out *out)
{
	const struct machine_task *client = &machine.task[task_of(in->client)];

	(void)c;
	*out = (struct root_disk_out){ client->first, client->sectors, { 0 }, client->partition };
	strcpy(out->name, client->disk ? client->disk : DISK_NAME);
	return task_of(in->client) == 0 ? ROOT_E_TASK : client->refused ? ROOT_E_RIGHT : ROOT_OK;
}

enum root_error serve_root_holds(struct root_caller *c, const struct root_holds_in *in)
{
	const struct machine_task *client = &machine.task[task_of(in->client)];

	(void)c;
	return !client->refused && client->rights & in->right ? ROOT_OK : ROOT_E_RIGHT;
}

enum root_error serve_root_may_provide(struct root_caller *c, const struct root_may_provide_in *in)
{
	(void)c;
	if (L4_IsNilThread(in->owner))
		return strcmp(in->name, "unprovided") ? ROOT_OK : ROOT_E_RIGHT;
	if (machine.task[task_of(in->owner)].no_keyboard && strcmp(in->name, CONSOLE_KEYBOARD_NAME) == 0)
		return ROOT_E_RIGHT;
	return task_of(in->owner) && !machine.task[task_of(in->owner)].refused
	       && !machine.task[task_of(in->owner)].provides_none ? ROOT_OK : ROOT_E_RIGHT;
}

enum root_error serve_root_keep(struct root_caller *c, struct root_keep_out *out)
{
	struct machine_task *t = caller(c);

	*out = (struct root_keep_out){ (L4_Word_t)t->kept, t->kept_bytes };
	return t->kept ? ROOT_OK : ROOT_E_ABSENT;
}

enum root_error serve_root_names(struct root_caller *c, struct root_names_out *out)
{
	(void)c;
	out->service = machine.task[NAMES_TASK].ended ? L4_nilthread : machine_first(NAMES_TASK);
	return ROOT_OK;
}

L4_ThreadId_t machine_server(const char *name)
{
	L4_ThreadId_t thread;

	return pecan_lookup(name, false, &thread) == NAMES_OK ? thread : L4_nilthread;
}

/* Signs of life are not looked at. */
void serve_root_heartbeat(struct root_caller *c) { (void)c; }
void serve_root_calls(struct root_caller *c) { (void)c; }
void serve_root_works(struct root_caller *c) { (void)c; }
void serve_root_rests(struct root_caller *c) { (void)c; }
void serve_root_want_notices(struct root_caller *c) { (void)c; }

/* ---- the log ---- */

static void put_log(void *out) { put_root_log_read(ROOT_OK, out); }

static void log_text(const char *text)
{
	size_t n = strlen(text);

	if (n >= sizeof machine.log - machine.logged)
		kernel_stop("too much is logged");
	memcpy(machine.log + machine.logged, text, n + 1);
	machine.logged += (unsigned)n;
}

/* See include/pecan/print.h. */
int machine_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));


int machine_printf(const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	log_text(text);
	return (int)strlen(text);
}

enum root_error serve_root_log_write(struct root_caller *c, const struct root_log_write_in *in)
{
	struct root_log_read_out out;
	L4_ThreadId_t reader = log_reader;

	(void)c;
	log_text(in->text);
	log_text("\n");
	log_reader = L4_nilthread;
	out.text_bytes = (L4_Word_t)snprintf(out.text, sizeof out.text, "%s\n", in->text);
	if (kernel_task(reader) != ~0u)
		kernel_answer(reader, ROOT_THREAD, put_log, &out);
	return ROOT_OK;
}

enum root_error serve_root_log_read(struct root_caller *c, struct root_log_read_out *out)
{
	(void)out;
	log_reader = c->thread;
	return ROOT_LATER;
}

bool machine_logged(const char *part)
{
	if (strstr(machine.log, part))
		return true;
	printf("    nothing logged has \"%s\":\n%s", part, machine.log);
	return false;
}

bool machine_failed(unsigned task, const char *why)
{
	if (machine.task[task].ended && machine.task[task].status == 1)
		return machine_logged(why);
	printf("    task %u has not failed\n", task);
	return false;
}

/* ---- interrupts, ports, device memory ---- */

enum root_error serve_root_irq_attach(struct root_caller *c, const struct root_irq_attach_in *in)
{
	if (machine.no_irq || in->line >= LINES)
		return ROOT_E_RIGHT;
	handlers[in->line] = L4_IsNilThread(in->handler) ? c->thread : in->handler;
	return ROOT_OK;
}

enum root_error serve_root_irq_detach(struct root_caller *c, const struct root_irq_detach_in *in)
{
	(void)c;
	handlers[in->line] = L4_nilthread;
	return ROOT_OK;
}

bool machine_attached(unsigned line) { return !L4_IsNilThread(handlers[line]); }

void machine_interrupt(unsigned line)
{
	if (machine_attached(line))
		kernel_interrupt(line, handlers[line]);
}

/* Ports of devices on the bus are those that the PCI server has given. */
static bool has_gift_of(const struct port_range *r)
{
	for (unsigned i = 0; i < given; i++)
		if (gifts[i].task == r->task && gifts[i].kind == ROOT_IO_PORTS && r->first >= gifts[i].first
		    && r->last <= gifts[i].last)
			return true;
	return false;
}

enum root_error serve_root_ports(struct root_caller *c, const struct root_ports_in *in,
				 struct root_ports_out *out)
{
	struct port_range r = { task_of(c->thread), (unsigned)in->first,
				(unsigned)in->first + (1u << in->log2) - 1 };

	if (machine.no_ports || (r.first >= BUS_PORTS && !has_gift_of(&r)))
		return ROOT_E_RIGHT;
	if (given_ports == PORT_RANGES)
		return ROOT_E_LIMIT;
	ports[given_ports++] = r;
	out->ports = L4_MapItem(L4_Nilpage, 0);
	return ROOT_OK;
}

void machine_check_port(unsigned port)
{
	unsigned task = kernel_task(L4_Myself());
	char why[64];

	for (unsigned i = 0; i < given_ports; i++)
		if (ports[i].task == task && port >= ports[i].first && port <= ports[i].last)
			return;
	snprintf(why, sizeof why, "task %u has not got port %#x", task, port);
	kernel_stop(why);
}

void machine_memory(uint64_t physical, uint64_t bytes, void *memory)
{
	if (mapped == REGIONS)
		kernel_stop("too many regions of memory");
	if (!memory)			/* an access that is not by a function of <pecan/mmio.h> faults */
		regions[mapped].at = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else
		regions[mapped].at = memory;
	regions[mapped].registers = !memory;
	regions[mapped].physical = physical;
	regions[mapped++].bytes = bytes;
}

enum root_error serve_root_phys(struct root_caller *c, const struct root_phys_in *in,
				struct root_phys_out *out)
{
	unsigned task = task_of(c->thread);

	for (unsigned i = 0; i < mapped; i++) {
		uint64_t at = in->physical - regions[i].physical;

		if (at >= regions[i].bytes || in->size == 0 || in->size > regions[i].bytes - at)
			continue;
		if (machine.no_phys || (regions[i].registers && task != PCI_TASK
					&& !machine_given(task, ROOT_PHYSICAL, in->physical)))
			return ROOT_E_RIGHT;
		out->address = (L4_Word_t)(regions[i].at + at);
		return ROOT_OK;
	}
	return ROOT_E_RIGHT;
}

uint64_t machine_register(const volatile void *at, unsigned bytes)
{
	for (unsigned i = 0; i < mapped; i++) {
		uint64_t offset = (uint64_t)at - (uint64_t)regions[i].at;

		if (regions[i].registers && offset < regions[i].bytes && bytes <= regions[i].bytes - offset)
			return regions[i].physical + offset;
	}
	kernel_stop("a program accesses registers that no device has");
}

enum root_error serve_root_framebuffer(struct root_caller *c, struct root_framebuffer_out *out)
{
	(void)c;
	*out = machine.framebuffer;
	return ROOT_OK;
}

/* ---- for the PCI server ---- */

static bool is_driven(L4_Word_t device)
{
	return !machine.no_device && (machine.driven == 0 || machine.driven == device);
}

enum root_error serve_root_may_drive(struct root_caller *c, const struct root_may_drive_in *in,
				     struct root_may_drive_out *out)
{
	(void)c;
	out->task = task_of(in->driver);
	if (L4_IsNilThread(in->driver) && in->device == machine.driven_by_others)
		return ROOT_OK;
	return is_driven(in->device) ? ROOT_OK : ROOT_E_RIGHT;
}

enum root_error serve_root_device_found(struct root_caller *c, const struct root_device_found_in *in)
{
	(void)c;
	return is_driven(in->device) ? ROOT_OK : ROOT_E_RIGHT;
}

enum root_error serve_root_device_give(struct root_caller *c, const struct root_device_give_in *in)
{
	(void)c;
	if (machine.no_gift || given == GIFTS)
		return ROOT_E_LIMIT;
	if (in->kind == ROOT_IO_PORTS && (in->first < BUS_PORTS || in->last - in->first >= PORTS_MOST))
		return ROOT_E_RIGHT;
	gifts[given++] = (struct gift){ (unsigned)in->task, (enum root_resource)in->kind, in->first, in->last };
	return ROOT_OK;
}

bool machine_given(unsigned task, enum root_resource kind, L4_Word_t first)
{
	for (unsigned i = 0; i < given; i++)
		if (gifts[i].task == task && gifts[i].kind == kind && first >= gifts[i].first
		    && first <= gifts[i].last)
			return true;
	return false;
}

static bool has_gift(unsigned task)
{
	for (unsigned i = 0; i < given; i++)
		if (gifts[i].task == task)
			return true;
	return false;
}

/* A task that has ended with what it was given. */
static bool find_ended(struct root_device_ended_out *out)
{
	for (unsigned task = 1; task < TASKS; task++)
		if (machine.task[task].ended && has_gift(task)) {
			out->task = task;
			return true;
		}
	return false;
}

static void put_ended(void *out) { put_root_device_ended(ROOT_OK, out); }

static void tell_end(void)
{
	struct root_device_ended_out out;
	L4_ThreadId_t waiter = device_waiter;

	if (L4_IsNilThread(waiter) || !find_ended(&out))
		return;
	device_waiter = L4_nilthread;
	if (kernel_task(waiter) != ~0u)
		kernel_answer(waiter, ROOT_THREAD, put_ended, &out);
}

enum root_error serve_root_device_ended(struct root_caller *c, const struct root_device_ended_in *in,
					struct root_device_ended_out *out)
{
	(void)in;
	if (find_ended(out))
		return ROOT_OK;
	device_waiter = c->thread;
	return ROOT_LATER;
}

enum root_error serve_root_device_clear(struct root_caller *c, const struct root_device_clear_in *in)
{
	(void)c;
	if (machine.busy_clears) {
		machine.busy_clears--;
		return ROOT_E_BUSY;
	}
	for (unsigned i = 0; i < given; i++)
		if (gifts[i].task == in->task)
			gifts[i--] = gifts[--given];
	return ROOT_OK;
}

void machine_kill(unsigned task)
{
	end(task);
	tell_end();
}

/* ---- the whole ---- */

static bool serve(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct root_caller c = { from };
	bool answered;

	if (spoiled(tag, ROOT_THREAD))
		return true;
	answered = root_serve(tag, &c);
	if (answered)
		check_request("root", ROOT_E_REQUEST);
	tell_end();
	return answered;
}

bool kernel_call_other(unsigned long call, struct kernel_regs *r)
{
	if (call != CALL_REGISTERS)
		return false;
	r->rax = kernel_thread_set((L4_ThreadId_t){ .raw = r->rax }, r->rsi, r).raw;
	return true;
}

/* In place of lib/pecan/arch. */
bool cpu_is_tcg(void) { return machine.tcg; }

size_t drivers_strlcpy(char *to, const char *from, size_t room)
{
	return (size_t)snprintf(to, room, "%s", from);
}

void servers_begin(void)
{
	static uint8_t kept[KEPT_BYTES];

	machine.lines = 24;
	root.drives = true;
	root.limit = 64 << 20;
	for (unsigned i = 0; i < TASKS; i++)
		machine.task[i].ended = i >= NAMES_TASK && i <= SECOND_DRIVER;
	machine.task[PCI_TASK].kept = kept;
	machine.task[PCI_TASK].kept_bytes = sizeof kept;
	kernel_messages(machine.lines + 32);
	kernel_server(ROOT_THREAD, serve);
	machine_be(CLIENT_TASK);
	machine_start(NAMES_TASK, names_main);
}

void servers_end(void) { }

L4_ThreadId_t machine_disk(int (*driver)(void))
{
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, driver);
	machine_wait(20000000);
	return machine_server(DISK_NAME);
}
