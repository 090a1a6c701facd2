/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervisor.h - between the supervisor (main.c) and the world of a test (world.c, memory.c).
 */
#ifndef GUEST_SUPERVISOR_H
#define GUEST_SUPERVISOR_H

#include "guest.h"

/* Messages to the supervisor. */
enum {
	LABEL_END = 0x4e1,		/* MR1: verdict */
	LABEL_START = 0x4e2,		/* MR1 thread, MR2 IP, MR3 SP -> MR1: 1 if the message was sent */
};

enum verdict { RUNNING, PASSED, FAILED, SKIPPED, GOES_ON };

enum verdict run_one(const struct guest_test *test);

/* A test of all n tests: the supervisor runs this when the test's own thread has ended. */
typedef enum verdict supervisor_job(const struct guest_test **tests, word n);
void guest_supervise(supervisor_job *f) __attribute__((noreturn));

void world_init(void);
void world_begin(void);
void world_end(void);			/* delete whatever the test made */

void memory_init(void);
void memory_begin(void);			/* have all of the pool, whatever the last test did */
bool pool_fault(L4_MsgTag_t tag, word address);
void image_touch(word address);		/* have sigma0 map the page to this space */

/* Ends an emulator that has a device for it: arch/NAME. status: 0 if no test failed. */
void emulator_exit(word status);

#endif
