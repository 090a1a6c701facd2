/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edge_own.h - what the files of this folder share: see edge.h.
 */
#ifndef EDGE_OWN_H
#define EDGE_OWN_H

#include <stdbool.h>
#include <l4/ipc.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/thread.h>
#include "edge.h"

enum { PAGE = 4096, PAGE_LOG2 = 12 };

/* The server has that of the system description; its processes are below it, its other threads above. */
enum { HELPER_PRIORITY = 103, DEVICE_PRIORITY = 102, SERVER_PRIORITY = 101, CHILD_PRIORITY = 100 };

enum { HELPER_TIMER = 1, HELPER_IRQ };		/* labels of messages to the helper; MR1 of the latter: which */

extern L4_ThreadId_t server, helper, helper_local;	/* the id as which its messages come */

/*
 * Around what the helper must not interrupt: edge_end takes the interrupts that came in between. edge_begin:
 * around what waits for another thread, edge_busy: around what does not.
 */
void edge_begin(void);
void edge_end(void);
static inline void edge_busy(void) { edge.state = EDGE_BUSY; }

/* For the threads of devices: an interrupt of Linux. */
void helper_raise(enum edge_irq irq);

/* Start the helper above this thread, which it pages from then on. Returns false if there is no memory. */
bool helper_start(void);

/* Start the thread that reads keys. */
bool console_start(void);

/* Look at the CPU: how a child's vector state is saved. */
void child_start(void);

void trampoline(void);

#endif
