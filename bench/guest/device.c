/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - a device interrupt to a user thread, an exception, and creation and deletion of threads and
 * spaces.
 *
 * The device raises its interrupt line at once (bench_device.h). The handler is in the second space, above
 * main's priority.
 */
#include "bench.h"
#include "bench_device.h"

static volatile unsigned interrupts;

static void handler_main(void)
{
	L4_ThreadId_t irq = L4_GlobalId(DEVICE_LINE, 1);

	L4_Receive(irq);
	for (;;) {
		SCOPE_END(W_IRQ);
		interrupts++;
		device_served();
		L4_Set_MsgTag(L4_Niltag);
		L4_Call(irq);			/* acknowledge, wait for the next */
	}
}

void bench_irq(void)
{
	L4_ThreadId_t irq = L4_GlobalId(DEVICE_LINE, 1), handler;

	L4_AssociateInterrupt(irq, L4_Myself());	/* from then on it exists, so that the handler can wait */
	L4_DeassociateInterrupt(irq);
	handler = thread_there(handler_main);
	device_quiet();
	L4_Set_Priority(handler, PRIORITY_IRQ);
	if (!L4_AssociateInterrupt(irq, handler))
		fail("interrupt of the serial line");
	L4_ThreadSwitch(handler);
	for (unsigned i = 0; i < REPEAT; i++) {
		unsigned before = interrupts;

		SCOPE_BEGIN(W_IRQ);
		device_raise();
		while (interrupts == before)
			;
		device_quiet();
	}
	L4_DeassociateInterrupt(irq);
}

/* ---- a space that uses the device ---- */

static L4_ThreadId_t driver;

static void driver_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		device_read();
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

static void driver_client_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	MEASURE(W_DRIVER, call(driver, 0));
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

void bench_ports(void)
{
	L4_ThreadId_t here = thread_here(echo_main), there = thread_there(driver_client_main);

	driver = thread_here(driver_main);
	call(driver, 0);			/* this space has the port, and has used it */
	MEASURE(W_PORTS, call(here, 0));
	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Call(there)))
		fail("the driver's client");
}

/* ---- an exception in the second space, its handler here ---- */

void trap(void);	/* arch: raises an exception at an instruction of TRAP_LENGTH bytes */

static L4_ThreadId_t exception_handler;

static void exception_main(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t resume = L4_Niltag;
	L4_Word_t ip;

	resume.raw = EXCEPTION_WORDS;
	L4_Wait(&from);
	for (;;) {
		L4_StoreMR(1, &ip);
		L4_LoadMR(1, ip + TRAP_LENGTH);
		L4_Set_MsgTag(resume);
		L4_ReplyWait(from, &from);
	}
}

static void trapping_main(void)
{
	L4_ThreadId_t from;

	L4_Set_ExceptionHandler(exception_handler);
	L4_Wait(&from);
	MEASURE(W_EXCEPTION, trap());
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

void bench_exception(void)
{
	L4_ThreadId_t trapping;

	exception_handler = thread_here(exception_main);
	trapping = thread_there(trapping_main);
	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Call(trapping)))
		fail("exceptions");
}

/* ---- creation and deletion ---- */

void bench_threads(void)
{
	L4_ThreadId_t t = thread_id(SPARE);
	void *utcb = utcb_here(SPARE);

	MEASURE(W_THREAD, { create(t, utcb); delete(t); });
	for (unsigned i = 0; i < REPEAT; i++) {
		SCOPE_BEGIN(W_CREATE);
		create(t, utcb);
		SCOPE_END(W_CREATE);
		SCOPE_BEGIN(W_DELETE);
		delete(t);
		SCOPE_END(W_DELETE);
	}
	MEASURE(W_THREAD_START, { create(t, utcb); L4_Start_SpIp(t, 0, 0); delete(t); });
	MEASURE(W_SPACE, space_cycle(t));
}
