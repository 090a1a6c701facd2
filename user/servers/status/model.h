/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - what the page shows of the system: read by sample.c, written by page.c and drawing.c.
 *
 * Records are read one after the other while the system runs, so a model is no snapshot. Records for which a
 * table has no room are left out, and counted.
 */
#ifndef STATUS_MODEL_H
#define STATUS_MODEL_H

#include <stdbool.h>
#include <stddef.h>

enum {
	MODEL_NAME = 32, MODEL_SPACES = 48, MODEL_THREADS = 192, MODEL_EXTENTS = 6144, MODEL_GIFTS = 128,
	MODEL_SHARED = 64, MODEL_FLOWS = 96, MODEL_IRQS = 24, MODEL_PAGE = 4096,
};

/* Sizes are bytes, times us. */
struct model_space {
	unsigned long number;			/* the kernel's */
	unsigned long task;			/* root's; 0: sigma0 and root */
	char name[MODEL_NAME];
	unsigned long kernel, kernel_limit;
	unsigned long memory, memory_limit;	/* limit 0: none */
	unsigned long threads, extents, pages;
};

struct model_thread {
	unsigned long number, version, space, priority, used;
	const char *state;
	unsigned long partner;			/* its number; 0: none, or any */
	unsigned long permille;			/* of the processor, between the two times that it was read */
};

/* Memory of `bytes` bytes at `at` of space `from`, of which `space` has so many pages. */
struct model_extent { unsigned long from, at, space, pages, bytes; bool writable; };

/* Pages that one space has from another. */
struct model_gift { unsigned long from, to, pages, extents; };

/*
 * At least so many pages that spaces a and b both have from the same place of a third one, at least one of
 * them with the right to write.
 */
struct model_shared { unsigned long a, b, pages; };

/* Messages from the threads of one space to those of another. to 0: an interrupt, or no thread any more. */
struct model_flow { unsigned long from, to, messages; };

struct model_irq { unsigned long number, count; char name[MODEL_NAME]; };

enum model_count { MODEL_COUNTED, MODEL_NO_TRACE, MODEL_IN_USE, MODEL_NO_MEMORY };

struct model {
	unsigned long uptime, idle_permille, memory, memory_free, kernel, kernel_used;
	struct model_space space[MODEL_SPACES];
	struct model_thread thread[MODEL_THREADS];
	struct model_extent extent[MODEL_EXTENTS];
	struct model_gift gift[MODEL_GIFTS];
	struct model_shared shared[MODEL_SHARED];
	struct model_flow flow[MODEL_FLOWS];
	struct model_irq irq[MODEL_IRQS];
	unsigned spaces, threads, extents, gifts, shares, flows, irqs;
	unsigned left_out;			/* records for which there was no room */
	unsigned long between;			/* us from the first to the second time that threads were read */
	enum model_count counted;
	unsigned long window;			/* us in which the following were counted */
	unsigned long messages, faults, interrupts, switches;
};

void model_clear(struct model *m);

/* Add a record. Return NULL if there is no room. */
struct model_space *model_add_space(struct model *m);
struct model_thread *model_add_thread(struct model *m);
struct model_irq *model_add_irq(struct model *m);
void model_add_extent(struct model *m, const struct model_extent *e);
void model_add_message(struct model *m, unsigned long from, unsigned long to);

/* Find the memory that two spaces share. Call it after the last extent; it reorders them. */
void model_find_shared(struct model *m);

/* Return NULL if there is none. */
const struct model_space *model_space(const struct model *m, unsigned long number);
const struct model_thread *model_thread(const struct model *m, unsigned long number);

/* Returns the name of a space, or a word for it. */
const char *model_name(const struct model *m, unsigned long space);

/* ---- text that grows in a buffer ---- */

struct text { char *at; size_t size, used; bool full; };

/* Appends text with printf's conversions; if it does not fit, it and all text after it are left out. */
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends text with the special characters of HTML escaped. */
void text_add_escaped(struct text *t, const char *from);

/* ---- page.c and drawing.c ---- */

/* Writes the page. refresh: seconds after which the browser loads it again; 0: it does not. */
void page_write(struct text *t, const struct model *m, unsigned refresh);

/* Writes the drawing of the memory that spaces have from each other. */
void drawing_write(struct text *t, const struct model *m);

#endif
