/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_spec.h - how messages meet, as a model of a few threads in two spaces.
 *
 * Messages are words only, so one is there at once. The order of queues is that of numbers given out in
 * rising order; the thread with the lowest one comes first.
 */
#ifndef IPC_SPEC_H
#define IPC_SPEC_H

#include <stdbool.h>
#include <stdint.h>

enum { THREADS = 3, TEAMS = 2, NO_THREAD = -1 };

/* A thread as users name it: by number and version. */
struct name { uint8_t who, version; };

/* The thread that a call names. HERE: by the local id of that thread's place. */
enum whom { NIL, ANY, ANY_LOCAL, ONE, HERE };
struct call_name { uint8_t whom; struct name name; };

enum phase { GONE, READY, SENDING, WAITING, TAKING };	/* TAKING: will take a queued message when it runs */
enum reason { CALL, START, FAULT };			/* on whose account it waits */
enum { TIMEOUT = 1, NOT_EXISTING = 2, CANCELLED = 3 };	/* api 5.6 */
enum { PROPAGATED = 1, REDIRECTED = 2 };
enum { AT_POINT = 0xfe, FOREVER = 0xff };		/* for how many ticks: or until the next one after the call */
#define NEVER UINT32_MAX


/* The result of a thread's Ipc. */
struct outcome {
	uint8_t kind;			/* enum below */
	uint8_t error, phase;		/* failed */
	struct name from;		/* got: its sender, */
	bool local;			/* in its space: a local id */
	uint8_t flags;			/* of the tag */
	struct name actual, intended;
	bool actual_local, intended_local;
	uint8_t label, words;
	bool fault;			/* it is a page fault of its sender */
};
enum { NO_OUTCOME, GOT, SENT, FAILED };

struct party {
	uint8_t phase, reason, team, version, prio;
	bool halted;

	/* its call */
	bool wants;			/* a receive phase follows */
	struct call_name want;
	uint8_t patience;		/* ticks of the receive phase, AT_POINT, FOREVER */
	uint32_t point;			/* the tick that AT_POINT means */
	uint8_t label, words;		/* of its message */
	uint8_t flags;			/* propagated, redirected; */
	struct name speaker, intended;	/* the virtual sender, the intended receiver */

	uint8_t to;			/* SENDING: the receiver in whose queue it is */
	bool local;			/* that queue: of local messages */
	uint32_t order, place;		/* when it came; and where it stands in its queue */
	bool stands;			/* in the list of waiters of `at`; */
	struct name at;
	uint32_t waits;			/* since when: the order of notification */
	uint32_t due;			/* the tick at which its time is up, or NEVER */
	uint32_t entry, entered;	/* the deadline that is known of it, not after `due`, or NEVER; since when */

	struct outcome outcome;
	uint32_t ip;
};

struct ipc_state {
	struct party party[THREADS];
	int8_t current;			/* runs; NO_THREAD: none of them */
	int8_t payer;			/* on whose slice */
	int8_t ready[THREADS], nready;	/* in order; of those with the highest priority the first runs */
	int8_t telling;			/* the thread whose partners are being notified */
	bool watched[TEAMS];
	struct name redirector[TEAMS];
	uint32_t clock, count;		/* ticks; numbers given out */
};

extern struct ipc_state ipc_state;

static inline bool stands_at(const struct party *p, struct name n)
{
	return p->stands && p->at.who == n.who && p->at.version == n.version;
}

/* The thread that has waited for n last keeps its place. */
static inline void stand_at(struct party *p, struct name n)
{
	if (stands_at(p, n))
		return;
	p->stands = true;
	p->at = n;
	p->waits = ++ipc_state.count;
}

/* The label that a step's stands for: a negative one is of the kernel's protocols. */
static inline int label_of(uint8_t label) { return (int8_t)label; }

/* Word i of a message with this label; where page faults are. */
static inline uint32_t word_of(uint8_t label, unsigned i) { return (uint32_t)label << 8 | i; }
enum { FAULT_AT = 0x5000000 };

/* ---- what threads do: for the running thread ---- */

struct ipc_call {
	struct call_name to, from, speaker;	/* speaker: NIL, or flag p */
	uint8_t send_patience, patience;	/* ticks, AT_POINT, FOREVER */
	uint8_t label, words;
};

bool spec_can_run(int t);		/* ready, and nothing to do in the kernel */
void spec_run(int t);			/* the running thread switches to t */
void spec_ipc(int t, const struct ipc_call *c);
void spec_fault(int t, struct call_name pager);
void spec_yield(int t);

/* ---- what is done to threads, from above all their priorities ---- */

void spec_create(int t, unsigned team, struct name pager);	/* it waits for that one's message */
void spec_start(int t, uint32_t ip);				/* by a message of root, its pager */
void spec_delete(int t);
void spec_rename(int t, uint8_t version);
void spec_move(int t, unsigned team);
void spec_set_prio(int t, uint8_t prio);
void spec_exchange(int t, bool send, bool receive, int halt);	/* halt: 0, 1, or -1: unchanged */
void spec_redirect(unsigned team, bool watched, struct name by);
void spec_tick(void);

/*
 * Returns true if a tick can be played: not if timeouts that end at it are of different priorities, or below
 * the running thread. Those are put off until a thread that is not above them runs, which is not modelled
 * (test_time.c has it).
 */
bool spec_may_tick(void);

bool spec_exists(struct name n);

/* Faults that can be planted. */
enum ipc_fault {
	IPC_FAULT_NONE, IPC_FAULT_ORDER, IPC_FAULT_CLOSED, IPC_FAULT_LOCAL, IPC_FAULT_ZERO, IPC_FAULT_PHASE,
	IPC_FAULT_DEAD_SENDER, IPC_FAULT_DEAD_WAITER, IPC_FAULT_OLD_NAME, IPC_FAULT_HANDOVER,
	IPC_FAULT_PREEMPT, IPC_FAULT_CANCEL, IPC_FAULT_HALT, IPC_FAULT_PAGER, IPC_FAULT_MOVED,
	IPC_FAULT_TEAM_RULE, IPC_FAULT_CHAIN, IPC_FAULT_FOLLOW, IPC_FAULT_ESCAPE, IPC_FAULT_LATE,
	IPC_FAULT_TAKEN, IPC_FAULT_LOCAL_SENDER, IPC_FAULT_ANSWER, IPC_FAULT_CALL_BELOW, IPC_FAULT_FREE_SEND,
	IPC_FAULT_CLAIM,
};

#endif
