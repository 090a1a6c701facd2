/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - the protocol between programs and the root task (docs/user/root.md).
 *
 * A program calls (send and receive in one IPC) the root task, thread (UserBase + 2, 1); the client
 * side is <pecan/...> in user/lib/pecan. The caller is identified by the sender id that the kernel delivers,
 * so no request names its sender. Request: label = one of enum root_request, words MR1... Reply: label = enum
 * root_error, words only if the label is ROOT_OK. Root answers with a zero send timeout: a program that does
 * not receive in the same IPC loses the answer.
 *
 * Text is bytes packed into words in memory order, the rest of the last word zero. A NAME is
 * ROOT_NAME_WORDS words (31 characters at the most). Sizes and offsets are in bytes, thread ids global.
 * Rights (R: ...) belong to the program, by the `init` file of the boot image; never to a message.
 */
#ifndef PROTO_ROOT_H
#define PROTO_ROOT_H

#include <x2/word.h>

enum {
	ROOT_NAME_BYTES	= 32,
	ROOT_NAME_WORDS	= ROOT_NAME_BYTES / sizeof(l4_word_t),
	ROOT_ARGS_WORDS	= 54,		/* arguments of ROOT_SPAWN */
	ROOT_ARGS_MAX	= 63,		/* how many those can be */
	ROOT_TEXT_WORDS	= 60,		/* text of one log or file message */
};

enum root_request {
	/*
	 * Start a program of the boot image in a task of its own. R: spawn
	 * in  1 priority (0: the program's own; limited by the caller's highest)
	 *     2 thread of the caller's task that serves the new one's streams (<proto/stream.h>); 0: the
	 *       thread that serves the caller's, if there is one
	 *     3.. NAME
	 *     3 + ROOT_NAME_WORDS.. arguments, text: words parted by blanks, "..." keeps blanks, and in it \
	 *       keeps " and \. ROOT_E_ARGS: more than ROOT_ARGS_MAX, or too long
	 * out 1 task id  2 id of its first thread
	 */
	ROOT_SPAWN = 0x100,

	/* End the calling task. in 1 status. No reply. */
	ROOT_EXIT,

	/* End another task: one's child, or any with R: kill. in 1 task id */
	ROOT_KILL,

	/*
	 * Wait for the end of a child (its record is gone then). Without a wait the record is kept until the
	 * parent ends.
	 * in  1 task id, 0: any child  2 flags: ROOT_WAIT_POLL
	 * out 1 task id, 0: poll and none ended yet  2 enum root_end  3 status given to ROOT_EXIT
	 */
	ROOT_WAIT,

	/*
	 * The task of a thread. in 1 thread id, 0: the caller, or if there is a second word
	 * that is not 0:  2 task id
	 * out 1 task id  2 task id of the parent, 0: root  3 id of its first thread  4.. NAME
	 *     4 + ROOT_NAME_WORDS: 1 if the program has the right `terminal`, else 0
	 *     5 + ROOT_NAME_WORDS: id of the thread that serves its streams, 0: none
	 * ROOT_E_TASK if there is no such thread or task, or not any more.
	 */
	ROOT_TASK_OF,

	/*
	 * List the tasks. R: inspect. in 1 position, first 0
	 * out 1 next position, 0: there was none at or after the given one (and no more words)
	 *     2 task id  3 parent  4 first thread  5 enum root_end (0: alive)  6 threads
	 *     7 memory used  8 memory limit  9 kernel-memory limit  10.. NAME
	 */
	ROOT_TASKS,

	/*
	 * List the programs of the boot image. in 1 position, first 0
	 * out 1 next position, 0: none (and no more words)  2 size  3.. NAME
	 */
	ROOT_PROGRAMS,

	/*
	 * Memory. out 1 managed by root  2 free  3 reserved for tasks  4 the caller's limit  5 its use
	 *     6 of the free memory: reserved and not used yet
	 */
	ROOT_MEMORY,

	/*
	 * Anonymous memory: zeroed, read-write, given page by page when touched.
	 * in 1 size  2 address or 0: any free one. out 1 address
	 */
	ROOT_MAP,

	/* Give back a whole area that ROOT_MAP or ROOT_PHYS returned. in 1 address */
	ROOT_UNMAP,

	/*
	 * A new thread in the caller's space, running at once; pager root. It must set its own
	 * ExceptionHandler. in 1 IP  2 SP  3 priority (0: the task's). out 1 thread id
	 */
	ROOT_THREAD_NEW,

	/* End a thread of the caller's task. in 1 thread id, 0: the caller (no reply). Last one: task ends */
	ROOT_THREAD_END,

	/* in 1 thread id of the caller's task, 0: the caller  2 priority, up to the task's highest */
	ROOT_THREAD_PRIORITY,

	/* R: irq=. in 1 line  2 thread id of the caller's task, 0: the caller */
	ROOT_IRQ_ATTACH,
	ROOT_IRQ_DETACH,

	/*
	 * I/O ports. R: io=. in 1 first port  2 log2 of the count; aligned to it.
	 * out a Map item with the I/O fpage (the caller must accept items: BR0 not nil)
	 */
	ROOT_PORTS,
	ROOT_PORTS_FREE,

	/*
	 * Device memory, uncopied; given page by page when touched. R: phys= or framebuffer.
	 * in 1 physical address  2 size. out 1 address of that very byte in the caller's space
	 */
	ROOT_PHYS,

	/*
	 * The linear or text framebuffer that the boot loader set up. R: framebuffer
	 * out 1 physical address (0: none; then VGA text may be at 0xb8000)  2 bytes per line
	 *     3 width  4 height  5 bits per pixel  6 type: 0 indexed, 1 RGB, 2 text
	 *     7 red, 8 green, 9 blue: position | size << 8
	 */
	ROOT_FRAMEBUFFER,

	/*
	 * The kernel's inspection (<x2/inspect.h>), relayed. R: inspect
	 * in 1 what  2 object  3 start. out 1 next, 0: none  2.. the record, if next != 0
	 */
	ROOT_INSPECT,

	/* The name service's thread. out 1 thread id (nil: none was started) */
	ROOT_NAMES,

	/* The boot image's file. in 1 offset  2.. NAME. out 1 size of the file  2 bytes given  3.. text */
	ROOT_FILE,

	/*
	 * Add a line to root's log, after the program's name; characters other than printable ASCII
	 * become `?`. Dropped when the log is half full. in 1.. text
	 */
	ROOT_LOG_WRITE,

	/*
	 * Wait for text in the log and take it; from the first such call until the caller ends root
	 * does not write on the serial line itself. R: log. One reader. out 1 bytes  2.. text
	 */
	ROOT_LOG_READ,

	/* Power. R: power. in 1 enum root_power  2 exit status for emulators that take one. No reply */
	ROOT_POWER,

	/*
	 * The memory that the caller's predecessor left, for tasks that root starts again (`keep` in the system
	 * description): zeroed at first. out 1 address  2 bytes
	 */
	ROOT_KEEP,

	/* The caller works: for tasks of which the system description expects heartbeats. No reply */
	ROOT_HEARTBEAT,

	/* May the task of this thread use the caller's services? in 1 thread id. ROOT_E_RIGHT: no */
	ROOT_MAY_USE,

	/* May the task of this thread provide this name? in 1 thread id  2.. NAME. ROOT_E_RIGHT: no */
	ROOT_MAY_PROVIDE,

	ROOT_REQUEST_END,		/* first label that is none */
};

enum { ROOT_WAIT_POLL = 1 };
enum root_power { ROOT_POWER_OFF, ROOT_POWER_REBOOT };

/* How a task ended. */
enum root_end {
	ROOT_ALIVE,
	ROOT_END_EXIT,			/* ROOT_EXIT, or its last thread ended */
	ROOT_END_KILL,
	ROOT_END_FAULT,			/* a page fault or exception without a handler; root reported it */
	ROOT_END_MEMORY,		/* out of its memory or kernel memory; root reported it */
	ROOT_END_HANG,			/* no heartbeat; root reported it */
};

enum root_error {
	ROOT_OK,
	ROOT_E_REQUEST,			/* unknown label, or too few words */
	ROOT_E_RIGHT,			/* the program has not got that right */
	ROOT_E_NAME,			/* no such program or file */
	ROOT_E_IMAGE,			/* the program is no ELF64 that root can load; see the log */
	ROOT_E_MEMORY,			/* the program's memory limit is reached, or wrong */
	ROOT_E_KMEM,			/* the kernel has not enough memory (limit of the task, or pool) */
	ROOT_E_LIMIT,			/* too many tasks, children, threads or areas */
	ROOT_E_TASK,			/* no such task or thread, or not the caller's */
	ROOT_E_ARGUMENT,		/* address, size, priority or number out of range */
	ROOT_E_BUSY,			/* another task has it */
	ROOT_E_ABSENT,			/* this kernel or machine has not got it */
	ROOT_E_POOL,			/* no free memory is left */
	ROOT_E_ARGS,			/* too many arguments for a program, or too long ones */
};

#endif
