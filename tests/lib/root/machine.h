/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - all of root as a part of a host program: on the kernel of tests/lib/posix, with its workers and
 * redirectors as threads. sigma0, memory, boot image and serial line are made here. Threads of other tasks
 * are names only, in which a test sends messages.
 */
#ifndef TESTS_ROOT_MACHINE_H
#define TESTS_ROOT_MACHINE_H

#include <stdbool.h>
#include <l4/ipc.h>
#include <l4/types.h>
#include <proto/root.h>

enum { PORTS = 0x10000 };		/* I/O ports of a machine that has them */

/* What a test may set before the boot or later, and what it may look at. */
extern struct machine {
	unsigned pages;			/* of memory; 0: all that the machine has */
	bool damaged;			/* the boot image */
	bool has_ports;			/* sigma0 gives I/O ports */
	unsigned refuse, refuse_space;	/* ThreadControl, SpaceControl: refused is this one, 1: the next */
	unsigned error;			/* so */
	L4_ThreadId_t deaf;		/* a thread of a task that receives nothing */
	L4_ThreadId_t ready, closed;	/* threads that machine_inspect shows as ready, as waiting for another */
	bool busy;			/* no time is idle: */
	bool starves;			/* nor is any for `ready`; else that takes it */
	L4_ThreadId_t runner;		/* a thread that machine_inspect shows to have run for an hour */
	void (*inspected)(L4_ThreadId_t thread);	/* called in the kernel for each thread, if not NULL */
	unsigned begins;		/* the priority that the first thread of a space had when it got its pager */
	unsigned deleted, made, unmapped;	/* threads of tasks and child spaces; fpages */
	unsigned priority, highest;	/* the last one that a worker has got, if it is not as before; of all */
	unsigned controls;		/* SpaceControl: how often; of the last one: KiB, redirector */
	L4_Word_t limit;
	L4_ThreadId_t redirector;
	char text[65536];		/* what root has reported */
	unsigned bytes;
} machine;

/*
 * Boots root with this system description, NULL: none; returns when it waits for messages. Programs of the
 * image: names, shell, tool, server, and odd, which is none.
 */
void machine_boot(const char *init);

/* The test is this thread from now on: of a task that root has started. */
void machine_be(L4_ThreadId_t thread);

/*
 * From now on the kernel has inspection: of threads, which wait for any one but for `ready` and `closed`, and
 * of the idle time.
 */
void machine_inspect(void);

/* From the next start of a task on root takes the largest small space of the machine to have 2^log2 bytes. */
void machine_small(unsigned log2);

/* Returns true if root has got this I/O port from sigma0, and has not taken it back from all spaces since. */
bool machine_port(unsigned port);

/* The time passes. */
void machine_wait(unsigned long us);

/*
 * The first thread of the task in that slot, of those behind the supervisor (K1 in root/task/task_table.h);
 * one that is none, if there is none.
 */
L4_ThreadId_t machine_first(unsigned slot);

/* The priority of the thread of a task; 0: there is no such thread. */
unsigned machine_priority(L4_ThreadId_t thread);

/* Returns true if root has reported a line that contains this. Drops it, and all lines before it. */
bool machine_said(const char *part);

/* The start message of this thread has arrived: instruction and stack pointer. */
bool machine_started(L4_ThreadId_t thread, L4_Word_t *ip, L4_Word_t *sp);

/* What was last sent to a thread that is only a name: its tag and words. */
bool machine_sent(L4_ThreadId_t thread, L4_MsgTag_t *tag, L4_Word_t *word, unsigned words);

/* A fault of the caller: access bits, address. Returns the map item's words; 0, 0: no answer in 1 s. */
void machine_fault(unsigned access, L4_Word_t address, L4_Word_t ip, L4_Word_t item[2]);

/* An exception of the caller. Returns whether there was an answer in 1 s. */
bool machine_exception(L4_Word_t number, L4_Word_t error, L4_Word_t ip);

/* The memory behind a map item that root has sent. */
void *machine_memory(const L4_Word_t item[2]);

#endif
