/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * order.h - the orders that jobs make and workers execute (job.h), and their results.
 */
#ifndef ROOT_ORDER_H
#define ROOT_ORDER_H

#include <x2/word.h>

enum order_kind {
	ORDER_NONE,			/* ask again */
	ORDER_CLEAR,			/* physical, bytes */
	ORDER_UNMAP,			/* fpages of root's space, from all others */
	ORDER_DELETE,			/* thread ids */
	ORDER_COPY,			/* frame, image, address: copy the image's bytes of that page to the frame */
	ORDER_STACK,			/* frame, which begins with the arguments; image, top of the stack */
	ORDER_SPACE,			/* see enum space_word */
	ORDER_CHILD_SPACE,		/* its words up to SPACE_CHILD_WORDS */
	ORDER_STOPPED,			/* see enum stopped_word */
	ORDER_SIGMA,			/* fpages of root's space, to get from sigma0; result: the number it refused */
	ORDER_IRQ,			/* interrupt line, to detach from its thread */
	ORDER_MAP,			/* thread id, and the map item that answers its fault */
	ORDER_SAY,			/* bytes; text for serial line and screen. 0 bytes: result is the number lost */
};

enum { ORDER_WORDS = 16 };

struct order { enum order_kind kind; unsigned words; l4_word_t word[ORDER_WORDS]; };

/* The result is an enum space_refused, with the kernel's error if it is not SPACE_MADE. */
enum space_word {
	SPACE_THREAD, SPACE_PAGER, SPACE_CONTROL, SPACE_KIP, SPACE_UTCBS, SPACE_UTCB, SPACE_REDIRECTOR,
	SPACE_PRIORITY,			/* of the thread, if the space is a child; else of the redirector */
	SPACE_CHILD_WORDS,
	SPACE_PAGE = SPACE_CHILD_WORDS, SPACE_REDIRECTOR_UTCB, SPACE_SMALL, SPACE_WORDS,
};

enum space_refused { SPACE_MADE, SPACE_REFUSED, SPACE_CONTROL_REFUSED, SPACE_THREAD_REFUSED };

/* ORDER_STOPPED: report why a thread cannot continue. */
enum stopped_word {
	STOPPED_KIND, STOPPED_THREAD, STOPPED_TASK, STOPPED_IMAGE, STOPPED_IP, STOPPED_ADDRESS, STOPPED_NUMBER,
	STOPPED_WHY, STOPPED_SP, STOPPED_FRAMES, STOPPED_WORDS = STOPPED_FRAMES + 2,
};

enum death { DEATH_PAGE, DEATH_PORT, DEATH_EXCEPTION, DEATH_LIMIT, DEATH_POOL, DEATH_KMEM };

/* Of an order; error: of the kernel, if it has refused. */
struct result { l4_word_t value, error; };

#endif
