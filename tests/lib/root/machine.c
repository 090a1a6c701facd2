/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h.
 */
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/thread.h>
#include <proto/sigma0.h>
#include <root/root.h>
#include <root/memory/tar.h>
#include <root/report/output.h>
#include <root/supervised/starts.h>
#include <x2/arch.h>
#include <x2/call.h>
#include <x2/inspect.h>
#include <x2/kip.h>
#include <x2/utcb.h>
#include "../posix/kernel.h"
#include "machine.h"
#include "supervisor.h"

/*
 * Physical memory, and where root sees it: places that the address sanitizer leaves free. The first pages are
 * the boot information and the boot image.
 */
enum {
	PHYSICAL = 1u << 31, MEMORY_LOG2 = 26, IMAGE_LOG2 = 20, NAMES = 20480, BLOCK = 512,
	NEW_PRIORITY = 100,		/* of a new thread */
};
#define WINDOW		0x100000000000ul
#define SECOND		1000000ul	/* us */
#define HOUR		3600000000ul
#define MEMORY		((l4_word_t)PHYSICAL)
#define FREE_MEMORY	(MEMORY + (1ul << IMAGE_LOG2))
#define MEMORY_END	(MEMORY + (1ul << MEMORY_LOG2))

int root_main(void);
size_t root_strlcpy(char *to, const char *from, size_t room);

struct machine machine;

static struct name {
	L4_ThreadId_t thread;
	L4_MsgTag_t tag;
	L4_Word_t word[63];
	bool started;
	unsigned priority;
} names[NAMES];
static l4_word_t given = FREE_MEMORY;	/* up to here sigma0 has no memory any more */
static unsigned char *image;

size_t root_strlcpy(char *to, const char *from, size_t room)
{
	return (size_t)snprintf(to, room, "%s", from);
}

/* ---- in place of output.c ---- */

void output_init(void) { }
unsigned long output_lost(void) { return 0; }

void output_write(const char *text, unsigned bytes)
{
	if (bytes > sizeof(machine.text) - 1 - machine.bytes)
		kernel_stop("too many reports");
	memcpy(machine.text + machine.bytes, text, bytes);
	machine.bytes += bytes;
}

bool machine_said(const char *part)
{
	const char *at;

	machine_wait(1000);
	machine.text[machine.bytes] = 0;
	at = strstr(machine.text, part);
	if (!at) {
		printf("    no report has \"%s\":\n%s", part, machine.text);
		return false;
	}
	machine.bytes -= (unsigned)(at - machine.text + strlen(part));
	memmove(machine.text, at + strlen(part), machine.bytes);
	return true;
}

/* ---- sigma0 ---- */

static l4_word_t serve_any(unsigned log2)
{
	l4_word_t bytes = 1ul << log2, at = (given + bytes - 1) & ~(bytes - 1);
	l4_word_t end = machine.pages ? FREE_MEMORY + ((l4_word_t)machine.pages << PAGE_LOG2) : MEMORY_END;

	if (at + bytes > end || (given != FREE_MEMORY && at != given))
		return 0;
	given = at + bytes;
	return at;
}

static bool port_given[PORTS];

bool machine_port(unsigned port) { return port_given[port]; }

static l4_fpage_t serve_ports(l4_fpage_t f)
{
	if (!machine.has_ports)
		return L4_NILPAGE;
	memset(port_given + l4_io_port(f), true, 1ul << l4_io_log2(f));
	return f;
}

static bool sigma0(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	l4_fpage_t f, answer = L4_NILPAGE;
	l4_word_t at;

	(void)from;
	L4_StoreMR(1, &f.raw);
	at = l4_fpage_base(f);
	if (l4_fpage_is_io(f) || L4_Label(tag) == SIGMA0_CLOSE)
		at = 0;
	else if (f.raw >> L4_FPAGE_BASE_SHIFT == ~0ul >> L4_FPAGE_BASE_SHIFT)
		at = serve_any(l4_fpage_log2(f));
	if (l4_fpage_is_io(f))
		answer = serve_ports(f);
	else if (at >= MEMORY && at < MEMORY_END)
		answer = l4_fpage(at, l4_fpage_log2(f), L4_RWX);
	L4_LoadMR(1, l4_map_item(0));
	L4_LoadMR(2, answer.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = l4_tag(0, 0, 2).raw });
	return true;
}

/* ---- system calls that only root makes ---- */

static struct name *name_of(L4_ThreadId_t id)
{
	for (struct name *n = names; n < names + NAMES; n++)
		if (n->thread.raw == id.raw)
			return n;
	return NULL;
}

static bool is_own(L4_ThreadId_t id)
{
	L4_Word_t n = L4_ThreadNo(id) - root.user_base;

	return n >= REDIRECTOR_NUMBERS && n < SPACE_NUMBERS;
}

/* Its task is the first one, and does not count. */
static bool is_of_supervisor(L4_ThreadId_t id)
{
	L4_Word_t slot = (L4_ThreadNo(id) - root.user_base - THREADS_RESERVED) / THREADS_MAX;
	const struct task *t = slot < TASKS_MAX ? root.task[slot] : NULL;

	return t && t->id == starts[SUPERVISOR].task;
}

static void set_error(L4_Word_t error)
{
	__L4_Utcb()[L4_TCR_ERROR_CODE] = error;
}

static bool refused(unsigned *in)
{
	if (*in == 0 || --*in > 0)
		return false;
	set_error(machine.error);
	return true;
}

static L4_Word_t thread_control(L4_ThreadId_t id, L4_ThreadId_t space, L4_ThreadId_t pager)
{
	struct name *n = name_of(id);
	unsigned priority = n ? n->priority : NEW_PRIORITY;

	if (L4_IsNilThread(space)) {
		if (is_own(id))
			kernel_thread_delete(id);
		else if (supervisor_is(id))
			supervisor_ends();
		else if (n)
			machine.deleted++;
		if (n)
			n->thread = L4_nilthread;
		return 1;
	}
	if (refused(&machine.refuse))
		return 0;
	if (is_own(id))
		return kernel_thread_create(id);
	if (!n)
		n = name_of(L4_nilthread);
	*n = (struct name){ .thread = id, .priority = priority };
	machine.made += !L4_IsNilThread(pager) && !is_of_supervisor(id);
	if (!L4_IsNilThread(pager) && L4_IsThreadEqual(space, id))
		machine.begins = priority;
	return 1;
}

/* Of a thread of a task or a child space; ~0: unchanged. */
static void set_priority(L4_ThreadId_t id, L4_Word_t priority)
{
	struct name *n = name_of(id);

	if (n && priority != ~0ul)
		n->priority = (unsigned)priority;
}

static L4_Word_t exchange_registers(struct kernel_regs *r)
{
	L4_ThreadId_t id = { .raw = r->rax };

	return kernel_thread_set(id, r->rsi, r).raw;
}

static bool inspect_thread(unsigned long number)
{
	static unsigned long used;
	struct l4_inspect_thread record = { .state = L4_SCHEDRESULT_WAITING, .partner = L4_anythread.raw };
	L4_ThreadId_t t = L4_nilthread;

	for (const struct name *n = names; n < names + NAMES; n++)
		if (n->thread.raw != 0 && L4_ThreadNo(n->thread) == number)
			t = n->thread;
	if (L4_IsNilThread(t))
		return false;
	record.id = t.raw;
	record.time_used = t.raw == machine.runner.raw ? HOUR : 0;
	if (t.raw == machine.ready.raw) {
		used += machine.busy && !machine.starves ? SECOND : 0;
		record.time_used = used;
		record.state = L4_SCHEDRESULT_RUNNING;
		record.partner = 0;
	} else if (t.raw == machine.closed.raw) {
		record.partner = L4_GlobalId(4, 7).raw;
	}
	L4_LoadMRs(1, sizeof record / sizeof(L4_Word_t), (L4_Word_t *)&record);
	if (machine.inspected)
		machine.inspected(t);
	return true;
}

/* Returns true if there is a record. */
static bool inspect(unsigned long what, unsigned long start)
{
	static unsigned long idle;
	struct l4_inspect_system record = { 0 };

	if (what == L4_INSPECT_THREAD)
		return inspect_thread(start);
	idle += !machine.busy;
	record.idle_time = idle;
	L4_LoadMRs(1, sizeof record / sizeof(L4_Word_t), (L4_Word_t *)&record);
	return what == L4_INSPECT_SYSTEM;
}

/* An fpage of ports is the only one of its call. */
static void unmap(l4_fpage_t f, unsigned fpages)
{
	if (l4_fpage_is_io(f))
		memset(port_given + l4_io_port(f), false, 1ul << l4_io_log2(f));
	machine.unmapped += fpages;
}

extern void link_inspect(void);

void machine_inspect(void)
{
	__L4_Inspect = (__L4_Link_t)link_inspect;
}

bool kernel_call_other(unsigned long call, struct kernel_regs *r)
{
	switch (call) {
	case CALL_THREADS:
		r->rax = thread_control((L4_ThreadId_t){ .raw = r->rdi }, (L4_ThreadId_t){ .raw = r->r8 },
					(L4_ThreadId_t){ .raw = r->rsi });
		return true;
	case CALL_SPACES:
		machine.controls++;
		machine.limit = r->rsi & (L4_SPACE_KMEM_LIMIT - 1);
		machine.redirector.raw = r->r9;
		r->rax = !refused(&machine.refuse_space);
		return true;
	case CALL_REGISTERS:
		r->rax = exchange_registers(r);
		return true;
	case CALL_SCHEDULE:
		set_priority((L4_ThreadId_t){ .raw = r->rdi }, r->rsi);
		if (is_own((L4_ThreadId_t){ .raw = r->rdi }) && r->rsi != ~0ul) {
			machine.priority = (unsigned)r->rsi;
			if (machine.highest < machine.priority)
				machine.highest = machine.priority;
		}
		r->rax = 1;
		return true;
	case CALL_UNMAP:
		unmap((l4_fpage_t){ .raw = r->r9 }, (r->rdx & 63) + 1);
		return true;
	case CALL_INSPECT:
		r->rax = inspect(r->rdi, r->rdx);
		return true;
	default:
		return false;
	}
}

bool kernel_send_other(L4_ThreadId_t to, const unsigned long *mr)
{
	struct name *n = L4_IsNilThread(to) ? NULL : name_of(to);

	if (n && supervisor_starts(to))
		return true;
	if (!n || to.raw == machine.deaf.raw)
		return false;
	n->tag.raw = mr[0];
	memcpy(n->word, mr + 1, sizeof n->word);
	n->started = true;
	return true;
}

/* ---- the boot image ---- */

static unsigned char *put_member(unsigned char *at, const char *name, const void *data, unsigned size)
{
	unsigned sum = 0;

	strcpy((char *)at, name);
	snprintf((char *)at + 124, 12, "%011o", size);
	memset(at + 148, ' ', 8);
	at[156] = '0';
	memcpy(at + 257, "ustar\00000", 8);
	for (unsigned i = 0; i < BLOCK; i++)
		sum += at[i];
	snprintf((char *)at + 148, 8, "%06o", sum);
	memcpy(at + BLOCK, data, size);
	return at + BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
}

/* One page of code at 4 MiB, then two of data, the second of which is not in the file. */
static struct { Elf64_Ehdr h; Elf64_Phdr p[2]; unsigned char fill[0x1000 - 176], data[64]; } program = {
	.h = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC,
	       .e_machine = EM_X86_64, .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 2,
	       .e_phoff = sizeof(Elf64_Ehdr), .e_entry = 0x400100 },
	.p = { { .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = 0x400000, .p_filesz = 0x1000,
		 .p_memsz = 0x1000 },
	       { .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_vaddr = 0x401000, .p_filesz = 64,
		 .p_memsz = 0x2000, .p_offset = 0x1000 } },
	.data = "data of the program",
};

static void make_image(const char *init)
{
	static const char *const programs[] = { "names", "shell", "tool", "server", "supervisor" };
	static char manifest[1024];
	unsigned char *at = image;
	unsigned n = 0;

	memset(image, 0, (1 << IMAGE_LOG2) - PAGE_BYTES);
	if (init)
		n += (unsigned)snprintf(manifest, sizeof manifest, "%010u %010u init\n",
					tar_cksum((const uint8_t *)init, strlen(init)), (unsigned)strlen(init));
	for (unsigned i = 0; i < sizeof programs / sizeof *programs; i++)
		n += (unsigned)snprintf(manifest + n, sizeof manifest - n, "%010u %010u bin/%s\n",
					tar_cksum((const uint8_t *)&program, sizeof program) + machine.damaged,
					(unsigned)sizeof program, programs[i]);
	n += (unsigned)snprintf(manifest + n, sizeof manifest - n, "%010u %010u bin/odd\n",
				tar_cksum((const uint8_t *)"no program", 10), 10);
	at = put_member(at, "MANIFEST", manifest, n);
	if (init)
		at = put_member(at, "init", init, (unsigned)strlen(init));
	for (unsigned i = 0; i < sizeof programs / sizeof *programs; i++) {
		char name[32];

		snprintf(name, sizeof name, "bin/%s", programs[i]);
		at = put_member(at, name, &program, sizeof program);
	}
	at = put_member(at, "bin/odd", "no program", 10);
}

/* ---- the whole ---- */

void servers_begin(void)
{
	void *at = mmap((void *)(WINDOW + MEMORY), 1ul << MEMORY_LOG2, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	static struct { struct l4_bootinfo h; struct l4_bootrec_module module; } info;

	if (at == MAP_FAILED)
		kernel_stop("there is no place for root's window");
	image = (unsigned char *)at + PAGE_BYTES;
	info.h = (struct l4_bootinfo){ .magic = L4_BOOTINFO_MAGIC, .version = 1, .size = sizeof info,
				       .first = sizeof info.h, .count = 1 };
	info.module = (struct l4_bootrec_module){ .h = { L4_BOOTREC_MODULE, 1, 0 }, .start = MEMORY + PAGE_BYTES,
						  .size = (1 << IMAGE_LOG2) - PAGE_BYTES };
	memcpy(at, &info, sizeof info);
	kernel_machine(FREE_MEMORY, MEMORY_END - 1, MEMORY);
	kernel_server(18, sigma0);
}

void servers_end(void) { }

static void too_late(void *arg)
{
	(void)arg;
	kernel_stop("there was no answer for an hour");
}

static void run_root(void *arg)
{
	(void)arg;
	root_main();
}

void machine_boot(const char *init)
{
	make_image(init);
	kernel_name(kernel_start(run_root, NULL), kernel_thread(ROOT_THREAD), 0);
	kernel_at(kernel_now() + HOUR, too_late, NULL);
	kernel_name(0, L4_GlobalId(4, 7), 1);		/* of no task */
	machine_wait(1000);
}

void machine_be(L4_ThreadId_t thread)
{
	kernel_name(0, thread, 1);
}

void machine_small(unsigned log2)
{
	root.small_log2 = log2;
}

void machine_wait(unsigned long us)
{
	L4_Sleep(L4_TimePeriod(us));
}

L4_ThreadId_t machine_first(unsigned slot)
{
	L4_Word_t number = root.user_base + THREADS_RESERVED + (slot + 1) * THREADS_MAX;

	for (const struct name *n = names; n < names + NAMES; n++)
		if (L4_ThreadNo(n->thread) == number)
			return n->thread;
	return L4_GlobalId(number, 1);
}

unsigned machine_priority(L4_ThreadId_t thread)
{
	const struct name *n = name_of(thread);

	return n ? n->priority : 0;
}

bool machine_started(L4_ThreadId_t thread, L4_Word_t *ip, L4_Word_t *sp)
{
	L4_MsgTag_t tag;
	L4_Word_t word[2];

	if (!machine_sent(thread, &tag, word, 2))
		return false;
	*ip = word[0];
	*sp = word[1];
	return true;
}

bool machine_sent(L4_ThreadId_t thread, L4_MsgTag_t *tag, L4_Word_t *word, unsigned words)
{
	const struct name *n = name_of(thread);

	if (!n || !n->started)
		return false;
	*tag = n->tag;
	memcpy(word, n->word, words * sizeof *word);
	return true;
}

static bool call(L4_Word_t label, unsigned words)
{
	L4_MsgTag_t tag = { .raw = label << 16 | words };

	L4_Set_MsgTag(tag);
	return L4_IpcSucceeded(L4_Call_Timeouts(kernel_thread(ROOT_THREAD), L4_Never, L4_TimePeriod(1000000)));
}

void machine_fault(unsigned access, L4_Word_t address, L4_Word_t ip, L4_Word_t item[2])
{
	l4_tag_t tag = l4_tag_kernel(L4_PROTO_PAGEFAULT, access, 2);

	item[0] = item[1] = 0;
	L4_LoadMR(1, address);
	L4_LoadMR(2, ip);
	if (call(l4_tag_label(tag), 2))
		L4_StoreMRs(1, 2, item);
}

bool machine_exception(L4_Word_t number, L4_Word_t error, L4_Word_t ip)
{
	l4_tag_t tag = l4_tag_kernel(L4_PROTO_EXCEPTION, 0, L4_EXC_ERROR);

	for (int i = 1; i <= L4_EXC_ERROR; i++)
		L4_LoadMR(i, 0);
	L4_LoadMR(1, ip);
	L4_LoadMR(L4_EXC_NUMBER, number);
	L4_LoadMR(L4_EXC_ERROR, error);
	return call(l4_tag_label(tag), L4_EXC_ERROR);
}

void *machine_memory(const L4_Word_t item[2])
{
	return (void *)l4_fpage_base((l4_fpage_t){ item[1] });
}
