/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edge.h - all that Linux's kernel asks of Pecan: the one header that both sides include.
 *
 * Linux is one thread of a task, the *server*. Each of its user threads is a thread of Pecan in a child space
 * of the task, one space for each address space of Linux. The server is their pager, exception handler,
 * scheduler and redirector, and has a higher priority: while it runs, none of them does. Beside it, above it,
 * is the *helper*, a thread that waits for the timer and for devices, and is the server's own pager.
 *
 *   EDGE_KERNEL   the server runs code of Linux: with interrupts enabled, the helper makes it call
 *                 edge_interrupted on its stack (trampoline.S)
 *   EDGE_BUSY     the server is in a call of this header: the helper only notes the interrupt
 *   EDGE_WAITS    the server waits for a message: the helper sends one
 *
 * Only the server's thread calls the functions here, unless their comment says otherwise.
 */
#ifndef EDGE_H
#define EDGE_H

enum edge_state { EDGE_KERNEL, EDGE_BUSY, EDGE_WAITS };

enum edge_irq { EDGE_IRQ_TIMER = 0, EDGE_IRQ_CONSOLE = 2, EDGE_IRQ_DISK = 3, EDGE_IRQ_LINK = 5 };

/* What the server and the helper share. Times are in us of the system clock. */
struct edge_shared {
	volatile int state;			/* enum edge_state */
	volatile int enabled;			/* Linux's interrupts are enabled */
	volatile unsigned long pending;		/* bit i: interrupt i has come, and Linux has not taken it */
	volatile unsigned long deadline, period;	/* of the timer; deadline 0: none; period 0: once */
	volatile unsigned long wakes;		/* when the helper looks at the deadline; 0: before it waits */
};

extern struct edge_shared edge;

/* Linux's side: takes the pending interrupts. Called with interrupts enabled, in EDGE_KERNEL. */
void edge_interrupted(void);

/* Linux's side: called before the server waits for a thread that it does not answer. */
void edge_blocks(void);

/*
 * Linux's side, called by the helper: the page of Linux's memory that is to be at an address of vmalloc, or
 * 0; and the address at which Linux continues after a fault of an instruction that may fault, or 0.
 */
unsigned long edge_vmalloc_page(unsigned long address);
unsigned long edge_fixup(unsigned long ip);

/* ---- child spaces and their threads ---- */

/* Where a child has what is not Linux's: above TASK_SIZE of Linux, 0x7fc0000000. */
#define EDGE_KIP	0x7fc0000000ul
#define EDGE_UTCBS	0x7fc0100000ul
#define EDGE_STUB	0x7fc0200000ul
#define EDGE_DATA	0x7fc0201000ul		/* a page of each space, for the stub */

enum { EDGE_SPACE_THREADS = 256, EDGE_VECTORS = 1024 };

extern unsigned edge_vectors;		/* bytes of vector state at EDGE_DATA, up to EDGE_VECTORS */

/*
 * Both return 0, or -1 if there is no memory, or no more room in the system. kmem: bytes of kernel memory of
 * the space, out of the task's own. The space has a thread in slot 0.
 */
int edge_space_new(unsigned long kmem, unsigned slots, unsigned long *space, unsigned long *thread);
int edge_thread_new(unsigned long space, unsigned slot, unsigned long *thread);
void edge_space_end(unsigned long space);

/* ---- running a thread ---- */

/* The order of the registers of a message of the kernel (api 5.8): what Linux keeps of a thread. */
enum edge_register {
	EDGE_IP, EDGE_BX, EDGE_R10, EDGE_R12, EDGE_R13, EDGE_R14, EDGE_R15, EDGE_AX, EDGE_CX, EDGE_DX, EDGE_SI,
	EDGE_DI, EDGE_BP, EDGE_R8, EDGE_R9, EDGE_R11, EDGE_SP, EDGE_FLAGS, EDGE_REGISTERS,
};

enum edge_what {
	EDGE_SYSCALL,		/* all registers are there */
	EDGE_EXCEPTION,		/* all registers, number, error */
	EDGE_FAULT,		/* address, access, ip */
	EDGE_PORT,		/* ip, of an instruction that uses an I/O port; answered as a fault */
	EDGE_INTERRUPT,		/* an interrupt of Linux: the thread still runs */
	EDGE_NOT_YET,		/* the same, from before the answer: the thread still waits for it */
	EDGE_EXHAUSTED,		/* the kernel memory of the space is used up; the thread is halted */
	EDGE_LOST,		/* the thread does not keep the protocol: it is to be ended */
};

struct edge_event { unsigned long address, ip, number, error; unsigned access; };

enum { EDGE_READ = 4, EDGE_WRITE = 2, EDGE_EXECUTE = 1 };

/*
 * Let a thread continue that waits for an answer, and wait for what it does next: with these registers, after
 * a system call or an exception; with a page, after a fault (page 0: without one); or without an answer, as
 * it still runs. Called with Linux's interrupts disabled. r: its registers, which are read and written.
 */
enum edge_what edge_resume(unsigned long thread, unsigned long r[EDGE_REGISTERS], struct edge_event *e);
enum edge_what edge_map(unsigned long thread, unsigned long at, unsigned long page, unsigned rights,
			unsigned long r[EDGE_REGISTERS], struct edge_event *e);
enum edge_what edge_continue(unsigned long thread, unsigned long r[EDGE_REGISTERS], struct edge_event *e);

/* What a thread that still ran has done meanwhile; EDGE_INTERRUPT: nothing, it runs. */
enum edge_what edge_poll(unsigned long thread, unsigned long r[EDGE_REGISTERS], struct edge_event *e);

/*
 * Stop a thread that runs, is halted, or waits for the answer to a fault, and get its registers. It waits for
 * registers then. data: the page of its space at EDGE_DATA. Returns 0, or -1: it is to be ended.
 */
int edge_stop(unsigned long thread, unsigned long r[EDGE_REGISTERS], void *data);

/*
 * A thread that is new, or waits for registers, executes the stub: it loads FS's base (0: as it is) and, if
 * `vectors`, the vector state at `data`; or it saves the vector state there. Then it waits for registers.
 */
int edge_load(unsigned long thread, int new, unsigned long fs, int vectors, void *data);
int edge_save(unsigned long thread, void *data);

/* ---- memory ---- */

enum { EDGE_REVOKE_AT_ONCE = 64 };

/* A page of Linux's memory that children may have: take these rights from all of them. */
struct edge_revoked { unsigned long page; unsigned rights; };
void edge_revoke(const struct edge_revoked *r, unsigned n);

/* Memory at this address, zeroed. Returns 0 or -1. */
int edge_memory(unsigned long at, unsigned long bytes);

/* Pages of vmalloc in this range are to be looked up again. */
void edge_forget(unsigned long at, unsigned long bytes);

/*
 * ---- the link: frames by a card's driver, or by the bridge ----
 *
 * EDGE_IRQ_LINK comes when a frame has, while Linux listens, and when there is news. Called with no other of
 * these under way, but for edge_link_news and edge_link_listen, which interrupts may call.
 */

enum { EDGE_FRAME = 1514 };		/* bytes of a frame at the most */
enum edge_link { EDGE_LINK_AWAY, EDGE_LINK_DOWN, EDGE_LINK_UP };	/* no driver; no cable */

int edge_link_start(void);		/* look for a driver from now on. 0 or -1: there is no thread for it */
int edge_link_news(void);		/* edge_link_look is to be called: driver or cable came, or has gone */
enum edge_link edge_link_look(unsigned char *mac);	/* unless there is no driver, its address of 6 bytes */

/* The next frame that was received, or 0; when it is copied, its buffer is given back. */
const void *edge_link_frame(unsigned *bytes);
void edge_link_taken(const void *frame);

/* Interrupts for frames, or none. Returns 1 if there are frames already. */
int edge_link_listen(int on);

/* A buffer for a frame of up to EDGE_FRAME bytes; 0: all are at the driver. It is sent by the next push. */
void *edge_link_buffer(void);
void edge_link_send(const void *frame, unsigned bytes);
void edge_link_push(void);

/* ---- the disk ---- */

/*
 * Requests have a tag, and each tag has memory for the data. All but edge_disk_open are called with Linux's
 * interrupts disabled. EDGE_IRQ_DISK: call edge_disk_events, then edge_disk_take until it returns -1.
 */
enum { EDGE_DISK_TAGS = 32, EDGE_DISK_BYTES = 64 * 1024, EDGE_SECTOR = 512 };
enum edge_disk_kind { EDGE_DISK_READ, EDGE_DISK_WRITE, EDGE_DISK_FLUSH };

/* How many sectors the task's disk has; 0: it has none. */
unsigned long edge_disk_open(int *read_only, unsigned *unit);
void *edge_disk_data(unsigned tag);

/*
 * EDGE_DISK_LATER: the driver is being replaced; an interrupt comes. EDGE_DISK_GONE: there is no disk any
 * more. A request of edge_disk_submit begins with the next edge_disk_start at the latest.
 */
enum edge_disk_submitted { EDGE_DISK_OK, EDGE_DISK_LATER, EDGE_DISK_GONE };
enum edge_disk_submitted edge_disk_submit(unsigned tag, enum edge_disk_kind kind, unsigned long sector,
					  unsigned sectors);
void edge_disk_start(void);

/* What the driver has done. Returns 1 if the disk takes requests again, or is gone, after EDGE_DISK_LATER. */
int edge_disk_events(void);

/* The tag of a request that has been answered, or will not be; *failed. -1: there is none. */
int edge_disk_take(int *failed);

/* A request has had no answer for too long. Returns 0 if the disk is gone from now on, -1 if it may come. */
int edge_disk_give_up(void);

/* ---- the rest of the machine ---- */

unsigned long edge_clock(void);				/* us since boot */
unsigned long edge_date(void);				/* s since 1970, at the system clock 0 */
void edge_timer(unsigned long deadline, unsigned long period);
void edge_idle(void);					/* wait for an interrupt; they are disabled */
void edge_console_write(const char *text, unsigned bytes);
int edge_console_read(char *text, unsigned bytes);	/* bytes that were typed: how many */
unsigned edge_random(void *to, unsigned bytes);		/* how many there are */
long edge_file_size(const char *name);			/* of the boot image; -1: there is none */
int edge_file_read(const char *name, void *to, unsigned long bytes);
void edge_exit(int status) __attribute__((noreturn));

#endif
