/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - faults: one fault of each kind; docs/demos/faults.md.
 *
 *   faults KIND   does it, so that root's report is seen; the program ends there
 *   faults        runs itself once for each kind, and checks that each was ended by its fault
 */
#include <l4/forbidden.h>
#include <l4/ipc.h>
#include <l4/message.h>
#include <pecan/demo.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <string.h>

enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2 };
enum { POST_PORT = 0x80 };		/* a port without a device, not mapped to this task */

static const char me[] = "faults";
static unsigned char data[64] __attribute__((aligned(4))) = { L4_RETURN_CODE };
static volatile int dividend = 1, zero;
volatile int sink;

/* The pointer goes through memory, so that the compiler cannot derive its value. */
static volatile unsigned char *volatile pointer;

static void null_read(void)
{
	pointer = 0;
	sink = *pointer;
}

static void text_write(void)
{
	pointer = (volatile unsigned char *)(L4_Word_t)null_read;
	*pointer = 0;
}

static void data_execute(void)
{
	void (*volatile function)(void) = (void (*)(void))(L4_Word_t)data;

	function();
}

static void kernel_read(void)
{
	pointer = (volatile unsigned char *)PECAN_KERNEL_IMAGE;
	sink = *pointer;
}

static void wild_read(void)
{
	pointer = (volatile unsigned char *)PECAN_NO_ADDRESS;
	sink = *pointer;
}

/* A page of our own, mapped to this task once more by IPC, read-only: root has no part in that. */
static void lend(void *to)
{
	static unsigned char page[PAGE] __attribute__((aligned(PAGE)));
	L4_MapItem_t item;

	page[0] = 1;
	item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2((L4_Word_t)page, PAGE_LOG2), L4_Readable),
			  PECAN_WINDOW_BASE);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
	L4_LoadMRs(1, 2, item.raw);
	L4_Send(*(L4_ThreadId_t *)to);
}

static void lent_write(void)
{
	L4_ThreadId_t self = L4_Myself(), lender;

	L4_Accept(L4_MapGrantItems(L4_FpageLog2(PECAN_WINDOW_BASE, PAGE_LOG2)));
	if (pecan_thread_start(lend, &self, 0, &lender) != ROOT_OK || L4_IpcFailed(L4_Receive(lender)))
		demo_fail(me, "the page was not mapped");
	pointer = (volatile unsigned char *)PECAN_WINDOW_BASE;
	sink = *pointer;
	*pointer = 0;
}

static void divide(void) { sink = dividend / zero; }
static void undefined(void) { L4_ForbiddenUndefined(); }
static void privileged(void) { L4_ForbiddenHalt(); }
static void port(void) { L4_ForbiddenPort(POST_PORT); }
static void foreign(void) { L4_ForbiddenSyscall(0); }

static const struct kind { const char *name, *text; void (*fault)(void); } kinds[] = {
	{ "null", "reads address 0", null_read },
	{ "text", "writes to its own code", text_write },
	{ "execute", "executes its own data", data_execute },
	{ "kernel", "reads the kernel's memory", kernel_read },
	{ "wild", "reads an address that no page can have", wild_read },
	{ "lent", "writes to a page that it was lent for reading", lent_write },
	{ "divide", "divides by zero", divide },
	{ "undefined", "executes an undefined instruction", undefined },
	{ "privileged", "executes a privileged instruction", privileged },
	{ "port", "reads an I/O port that it was not given", port },
	{ "syscall", "makes a system call of another system", foreign },
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void run_one(const struct kind *k)
{
	struct pecan_end end = { 0 };
	L4_Word_t task;
	enum root_error e;

	demo_spawn(me, me, &task, "%s", k->name);
	e = pecan_wait(task, false, &end);
	if (e != ROOT_OK)
		demo_fail(me, "cannot wait for task %lu: %s", task, pecan_error_text(e));
	if (end.how != ROOT_END_FAULT)
		demo_fail(me, "a program that %s %s", k->text, pecan_end_text(end.how));
	printf("  a program that %s: %s\n", k->text, pecan_end_text(end.how));
}

static int usage(const char *kind)
{
	printf("faults: %s is no kind of fault; there are:\n", kind);
	for (unsigned i = 0; i < KINDS; i++)
		printf("  faults %-12s %s\n", kinds[i].name, kinds[i].text);
	return 1;
}

/* Is it a fault on this machine? */
static bool is_fault(const struct kind *k)
{
	return (!L4_ReadableIsExecutable || k->fault != data_execute) && (L4_HasPorts || k->fault != port)
	       && (L4_DivisionTraps || k->fault != divide);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		for (unsigned i = 0; i < KINDS; i++)
			if (is_fault(&kinds[i]))
				run_one(&kinds[i]);
		demo_ok(me);
	}
	for (unsigned i = 0; i < KINDS; i++)
		if (strcmp(argv[1], kinds[i].name) == 0) {
			printf("faults: now it %s\n", kinds[i].text);
			kinds[i].fault();
			demo_fail(me, "it %s, and continues", kinds[i].text);
		}
	return usage(argv[1]);
}
