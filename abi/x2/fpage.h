/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpage.h - flexpages: aligned power-of-two regions of memory or of I/O ports (api 6.1, protocols 6).
 *
 *   memory   base/1024 | log2 size (9..4) | 0 (3) | r w x (2..0)
 *   ports    port (31..16) | log2 count (15..10) | 2 (9..4) | rights, ignored (3..0)
 */
#ifndef X2_FPAGE_H
#define X2_FPAGE_H

#include <x2/word.h>

typedef struct { l4_word_t raw; } l4_fpage_t;

enum { L4_X = 1, L4_W = 2, L4_R = 4, L4_RWX = 7 };

enum {
	L4_FPAGE_SIZE_SHIFT	= 4,
	L4_FPAGE_BASE_SHIFT	= 10,
	L4_FPAGE_LOG2_COMPLETE	= 1,	/* log2 field of "the whole address space" */
	L4_FPAGE_LOG2_IO	= 2,	/* log2 field that marks an I/O fpage */
	L4_FPAGE_LOG2_MIN	= 10,
	L4_IO_LOG2_ALL		= 16,
};

#define L4_NILPAGE	((l4_fpage_t){ 0 })
#define L4_COMPLETE	((l4_fpage_t){ (l4_word_t)L4_FPAGE_LOG2_COMPLETE << L4_FPAGE_SIZE_SHIFT })

static inline l4_fpage_t l4_fpage(l4_word_t base, unsigned log2, unsigned rwx)
{
	return (l4_fpage_t){ (base >> L4_FPAGE_BASE_SHIFT << L4_FPAGE_BASE_SHIFT)
			   | (l4_word_t)log2 << L4_FPAGE_SIZE_SHIFT | rwx };
}

static inline bool l4_fpage_is_nil(l4_fpage_t f) { return f.raw == 0; }
static inline unsigned l4_fpage_rights(l4_fpage_t f) { return f.raw & L4_RWX; }
static inline unsigned l4_fpage_log2(l4_fpage_t f) { return f.raw >> L4_FPAGE_SIZE_SHIFT & 0x3f; }

static inline bool l4_fpage_is_complete(l4_fpage_t f)
{
	return l4_fpage_log2(f) == L4_FPAGE_LOG2_COMPLETE;
}

static inline bool l4_fpage_is_io(l4_fpage_t f) { return l4_fpage_log2(f) == L4_FPAGE_LOG2_IO; }

/* Base of a memory fpage, rounded down to its size: low bits are ignored (api 6.1). */
static inline l4_word_t l4_fpage_base(l4_fpage_t f)
{
	unsigned log2 = l4_fpage_log2(f);

	if (log2 >= L4_WORD_BITS || log2 == L4_FPAGE_LOG2_COMPLETE)
		return 0;
	if (log2 < L4_FPAGE_BASE_SHIFT)
		log2 = L4_FPAGE_BASE_SHIFT;
	return f.raw >> log2 << log2;
}

static inline unsigned l4_io_log2(l4_fpage_t f) { return f.raw >> 10 & 0x3f; }

static inline l4_word_t l4_io_port(l4_fpage_t f)
{
	unsigned log2 = l4_io_log2(f);

	return log2 >= L4_IO_LOG2_ALL ? 0 : (f.raw >> 16 & 0xffff) >> log2 << log2;
}

static inline l4_fpage_t l4_io_fpage(l4_word_t port, unsigned log2)
{
	return (l4_fpage_t){ port << 16 | (l4_word_t)log2 << 10
			   | (l4_word_t)L4_FPAGE_LOG2_IO << L4_FPAGE_SIZE_SHIFT | L4_R | L4_W };
}

#endif
