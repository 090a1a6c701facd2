/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - drivers on a machine made for them: the kernel of tests/lib/posix, a root that gives devices,
 * and the devices of devices.h and pci.h. The name service and the PCI server are the system's own; each
 * driver and each client is a task. A test is a thread of one of them.
 *
 * A program accesses ports only that root has given it, and registers by <pecan/mmio.h>: memory of devices
 * cannot be accessed otherwise. A device gets only addresses in blocks of root_dma_new.
 */
#ifndef TESTS_DRIVERS_MACHINE_H
#define TESTS_DRIVERS_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <l4/ipc.h>
#include <l4/types.h>
#include <proto/root.h>
#include "../../lib/posix/kernel.h"
#include "../../lib/posix/servers.h"
#include "harness.h"

/* Tasks by their numbers, 0: none. A thread's number is that of its task, and its place in it. */
enum { NAMES_TASK = 1, PCI_TASK, DRIVER_TASK, SECOND_DRIVER, CLIENT_TASK, OTHER_TASK, TASKS = 16 };

struct machine_task {
	bool ended;
	long status;			/* of root_exit */
	bool refused;			/* it may not use servers */
	bool provides_none;		/* it may provide no name */
	L4_Word_t rights;		/* as root_holds has them */
	bool no_keyboard;		/* it may not provide CONSOLE_KEYBOARD_NAME */
	unsigned section;		/* whose places it has; 0: of none */
	uint64_t first, sectors;	/* of its part of the disk; sectors 0: all of it */
	unsigned partition;		/* of the disk, instead of them; 0: none */
	const char *disk;		/* the name of that; NULL: `disk` */
	L4_Word_t parent, terminal;	/* as root_task_of has them */
	void *kept;			/* pecan_keep; the test may set it before the task starts */
	size_t kept_bytes;
};

extern struct machine {
	struct machine_task task[TASKS];
	L4_Word_t sections;		/* that use servers, as bits */
	unsigned lines;			/* interrupt ids that are lines */
	bool no_ports, no_phys, no_irq, no_gift;	/* root refuses these requests */
	bool tcg;			/* the CPU is QEMU's */
	bool no_device;			/* root names no driver of a device */
	L4_Word_t driven;		/* if not 0: it names one of this word for a device only */
	L4_Word_t driven_by_others;	/* a word that only a section of none of the tasks names */
	unsigned busy_clears;		/* times that root_device_clear is not done yet */
	struct root_framebuffer_out framebuffer;
	char log[16384];		/* what programs have logged or printed */
	unsigned logged;
} machine;

int names_main(void), pci_main(void), console_main(void), rtc_main(void), watchdog_main(void);
int xhci_main(int argc, char **argv), xhci_keyboards(void), xhci_disk(void);	/* without, and with `disk` */
int virtio_console_main(void), virtio_rng_main(void), pci_serial_main(void);
int virtio_net_main(int argc, char **argv), bridge_main(int argc, char **argv);
int card_main(void);				/* virtio-net without an argument */
int virtio_blk_main(int argc, char **argv), nvme_main(int argc, char **argv);
int ahci_main(int argc, char **argv);
int blk_disk(void), nvme_disk(void), ahci_disk(void);	/* the same */

/* Starts a program as the task's first thread. */
void machine_start(unsigned task, int (*program)(void));

/* Starts another thread of a task, with a place of its own from 1 on. */
void machine_thread(unsigned task, unsigned place, void (*fn)(void *arg), void *arg);

/* A thread of a task; what the task does then. */
L4_ThreadId_t machine_first(unsigned task);

/* The test is a thread of that task from now on. */
void machine_be(unsigned task);

/* Time passes, in us: each program does what it can do. */
void machine_wait(unsigned long us);

/* The task is ended, as by root_kill; its memory stays. */
void machine_kill(unsigned task);

/* Root's notice for this task, which waits. */
void machine_notice(unsigned task);

/* Returns true if the program has ended with status 1, and logged this. */
bool machine_failed(unsigned task, const char *why);
bool machine_logged(const char *part);

/* The thread with that name; nilthread: there is none. */
L4_ThreadId_t machine_server(const char *name);

/* Starts the PCI server and a driver of a disk, and waits until they are ready; returns the disk's server. */
L4_ThreadId_t machine_disk(int (*driver)(void));

/* ---- for devices ---- */

/* Physical memory that programs can map: at `memory`, or registers of `owner` if that is NULL. */
void machine_memory(uint64_t physical, uint64_t bytes, void *memory);

/* The physical address of a mapped register. Ends the test if it is none. */
uint64_t machine_register(const volatile void *at, unsigned bytes);

/* An interrupt, if a program has attached a thread to it. */
void machine_interrupt(unsigned line);
bool machine_attached(unsigned line);

/* Ends the test unless the running program has got the port. */
void machine_check_port(unsigned port);

/* Returns true if root was ordered to give a range to this task. */
bool machine_given(unsigned task, enum root_resource kind, L4_Word_t first);

#endif
