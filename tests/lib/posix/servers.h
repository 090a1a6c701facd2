/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * servers.h - the servers that user/lib/posix calls, as tests script them. They take requests apart by the
 * functions that tools/stubs makes, so a request that breaks its protocol is noticed: it fails the test.
 */
#ifndef TESTS_POSIX_SERVERS_H
#define TESTS_POSIX_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <l4/types.h>
#include <proto/console.h>
#include <proto/root.h>
#include <proto/rtc.h>
#include "kernel.h"

/* The sender of a request to root, in all roots of tests. */
struct root_caller { L4_ThreadId_t thread; };

/* ---- a request that is answered by other means than its server ---- */

/*
 * The next `count` requests with this label, after `skip` of them, get the answer with this tag and words of
 * no meaning; `dead`: the server ends instead, and is there again for the one after.
 */
extern struct spoil { L4_Word_t label; unsigned skip, count; L4_Word_t tag; bool dead; } spoil;
#define ANSWER(label, words)	((L4_Word_t)(label) << 16 | (words))

/* ---- root ---- */

enum { OWN_TASK = 7, OWN_PARENT = 3, FIRST_CHILD = 20, CHILD_THREAD = 0xc0,
       SECOND_THREAD = 32 };	/* of a child: its number is so much higher than that of the first */

extern struct root {
	enum root_error map, spawn, thread_new;	/* what these requests return, if not ROOT_OK */
	unsigned maps, populates, unmaps, calls;	/* how often they were served */
	size_t limit;				/* the task's memory */
	L4_ThreadId_t streams;			/* of the task */
	bool exits;				/* the task is expected to end, */
	long exit_status;			/* with this status, */
	bool (*ends_well)(void);		/* and if this is not NULL, when it is true */
	char logged[4096];			/* lines for root's log */
	size_t logged_bytes;
	bool no_names;
	size_t list_cut;		/* bytes that are missing at the end of the list of files */
	bool drives;				/* the task learns physical addresses: its own ones */
	unsigned low_blocks;			/* so many of the next ones are below 4 GiB */
	unsigned children;			/* started */
	char program[ROOT_NAME_BYTES], args[ROOT_ARGS_WORDS * sizeof(L4_Word_t)];
	L4_ThreadId_t child_streams;		/* as the last was started with */
	unsigned killed;			/* task */
	unsigned parent;			/* of the task; 0: none */
	bool whole;				/* children are tasks of their own: with a name, ended by
						   a kill, waited for one by one, SECOND_THREAD at most */
} root;

/* Returns the bytes of the blocks that a task has made and not given back. */
size_t root_block_bytes(unsigned task);

struct child {
	unsigned task, parent;			/* 0: there is none, or it was waited for */
	char name[ROOT_NAME_BYTES], args[ROOT_ARGS_WORDS * sizeof(L4_Word_t)];
	L4_ThreadId_t streams;			/* those of its parent, if none were named */
	bool ended;
	enum root_end how;
	long status;
};

#define OWN_NAME	"shell"			/* of the task's program, if whole */

struct child *root_child(L4_Word_t task);

/* Of root.c: the thread waits for no child any more. */
void root_thread_ends(L4_ThreadId_t thread) __attribute__((weak));

/* A test may have this: called in the kernel when a child starts. */
void root_child_starts(const struct child *c) __attribute__((weak));

void root_child_ends(unsigned task, enum root_end how, long status);

/* Expects the task to end so; a test that returns then has failed. */
void expect_exit(long status);

/* ---- the console, random numbers, the date, streams of the parent ---- */

extern struct console {
	char text[65536];
	size_t bytes;
	enum console_status write;
	const char *line[8];			/* typed, one after the other; then the reader waits */
	unsigned next, lines;
	enum console_status end;		/* after the lines, if not CONSOLE_OK */
} console;

void console_type(const char *line, enum console_status status);	/* for the reader that waits */

extern struct source {
	bool cpu;				/* the CPU has random numbers */
	size_t extra;				/* bytes that the driver sends unasked */
	unsigned busy;				/* times it has no place */
	unsigned requests;
} source;

#define DATE	1700000000ul			/* when the test begins, in s */

extern struct date {
	unsigned long at_boot;
	unsigned requests;
	unsigned long late;			/* each answer comes so many us after its request */
	bool silent, allowed;
	unsigned long set;			/* as a program has set it */
	int answer;				/* to that, if it is allowed: enum rtc_status */
} date;

extern struct stream_parent {
	unsigned ends;				/* enum stream_ends */
	const char *input;			/* what is read; NULL: the end */
	bool interrupted;
	char output[8192], errors[1024], directory[248];
	size_t output_bytes, error_bytes;
	bool closed;				/* nothing reads the output */
	unsigned busy;
} stream_parent;

void names_begin(void);
void console_begin(void);
void files_begin(void);
void net_begin(void);
void stream_begin(void);
void root_server_begin(void);

/* All servers serve by it. Answers what `spoil` says; false: the server is to serve it. */
bool spoiled(L4_MsgTag_t tag, unsigned server);

/* After a request was served: an answer with this label says that it broke the protocol. */
void check_request(const char *server, L4_Word_t malformed);

/* Memory that a task shares with its servers by root_dma_new: NULL: there is no such block. */
char *block_at(L4_Word_t block, size_t *bytes);

/* Return the number of blocks opened by another task; true if this memory is in a block, as DMA requires. */
unsigned blocks_open(void);
bool in_a_block(uint64_t physical, uint64_t bytes);

#endif
