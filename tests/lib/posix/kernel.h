/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.h - a kernel in a program, for the threads of a task: IPC, a clock, and servers of other tasks,
 * which are functions. All of it is one thread of the host: a thread runs until it makes a system call, and
 * the time passes only when every thread waits. So a test has one course of events.
 */
#ifndef TESTS_POSIX_KERNEL_H
#define TESTS_POSIX_KERNEL_H

#include <stdbool.h>
#include <l4/ipc.h>
#include <l4/types.h>

/* Kinds of IPC errors (api 5.6). */
enum { IPC_TIMEOUT = 1, IPC_ABSENT = 2, IPC_CANCELED = 3 };

/* Numbers of threads: of the task, of the servers. */
enum { MAIN_THREAD = 0x100, ROOT_THREAD = 18 + 2, NAMES_THREAD = 0x80, CONSOLE_THREAD, FILES_THREAD,
       NET_THREAD, RTC_THREAD, RANDOM_THREAD, STREAM_THREAD };

/* The registers of a thread, as gateway.S stores them. */
struct kernel_regs {
	unsigned long rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	unsigned long r8, r9, r10, r11, r12, r13, r14, r15;
	unsigned char vectors[512];
} __attribute__((aligned(16)));

/*
 * A server: serves the request in the message registers of the caller. Returns false if it answers later, by
 * kernel_answer. It is called on the kernel's stack.
 */
typedef bool serve_fn(L4_MsgTag_t tag, L4_ThreadId_t from);
void kernel_server(unsigned number, serve_fn *serve);
L4_ThreadId_t kernel_thread(unsigned number);

/* The server has ended: its thread is absent. */
void kernel_end_server(unsigned number);
bool kernel_has_server(unsigned number);

/* Puts an answer by put(arg), into the registers of a thread that waits for this server, and wakes it. */
void kernel_answer(L4_ThreadId_t to, unsigned server, void (*put)(void *arg), void *arg);

/* The wait of a thread ends with an error. */
void kernel_cancel(L4_ThreadId_t thread, unsigned kind);

/* Calls fn(arg) in the kernel when the clock, in us, is at least `at`: all threads wait then. */
void kernel_at(unsigned long at, void (*fn)(void *arg), void *arg);

unsigned long kernel_now(void);
void kernel_set_clock(unsigned long us);

/* A thread of the task; its number, 0: none is free. end: false if there is none of that number. */
unsigned kernel_thread_new(L4_Word_t ip, L4_Word_t sp);
bool kernel_thread_end(unsigned number);
unsigned kernel_threads(void);

/* Returns true if this thread of the task waits: until the clock is at *until, ~0: without a timeout. */
bool kernel_waits(unsigned number, unsigned long *until);

L4_Word_t kernel_tls(void);		/* as the last SetTls has it */

/* Runs fn(arg) in a thread of its own, with the task's other threads. */
unsigned kernel_start(void (*fn)(void *arg), void *arg);

/* The calling thread, of kernel_start, stands for one of another task. */
void kernel_pretend(unsigned number);

void kernel_begin(void);

/* ---- for a task that makes others: all these but kernel_name are used in system calls ---- */

enum { CALL_IPC, CALL_CLOCK, CALL_SWITCH, CALL_TLS, CALL_OTHER, CALL_THREADS, CALL_SPACES,
       CALL_REGISTERS, CALL_SCHEDULE, CALL_UNMAP, CALL_INSPECT };

/* A test may have these: a system call from CALL_THREADS on; a message to a thread that is not here. */
bool kernel_call_other(unsigned long call, struct kernel_regs *r) __attribute__((weak));
bool kernel_send_other(L4_ThreadId_t to, const unsigned long *mr) __attribute__((weak));

/* The thread of that number (0: the caller) gets another id and is of another task; 0: of the first one. */
void kernel_name(unsigned number, L4_ThreadId_t id, unsigned task);

/* A thread that does not run. */
bool kernel_thread_create(L4_ThreadId_t id);
void kernel_thread_delete(L4_ThreadId_t id);

/* ExchangeRegisters: starts a thread, sets its handle. Returns the other form of its id, nil: none. */
L4_ThreadId_t kernel_thread_set(L4_ThreadId_t id, unsigned long control, struct kernel_regs *r);

/* The memory and the boot information that the kernel interface page names. */
void kernel_machine(unsigned long low, unsigned long high, unsigned long boot_info);

/* ---- for drivers ---- */

/* So many interrupt ids, the last of them for messages; without the call there are 16 lines. */
void kernel_messages(unsigned interrupts);

/*
 * An interrupt for this thread: a message, now or when the thread waits for it. One that is raised before the
 * acknowledgement comes after it; further ones are lost.
 */
void kernel_interrupt(unsigned number, L4_ThreadId_t handler);

/* The task of a thread; ~0u: there is no such thread. end: all threads of a task. */
unsigned kernel_task(L4_ThreadId_t thread);
void kernel_task_end(unsigned task);

/* ---- of the kernel itself ---- */

void kernel_page(void);			/* the kernel interface page */

/* ---- of the program with the tests: before and after each ---- */

void servers_begin(void);
void servers_end(void);

/* Ends the test as failed: prints the reason and ends the process. */
void kernel_stop(const char *why) __attribute__((noreturn));

#endif
