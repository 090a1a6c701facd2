/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg.h - messages: tag, typed items, acceptor, IPC error codes (api 5.2 to 5.6), and the labels
 * of kernel-generated messages (protocols 1 to 6).
 *
 *   tag   label (16..) | flags E X r p (15..12) | t typed words (11..6) | u untyped words (5..0)
 *   MR0 tag, MR1..MRu untyped words, MRu+1..MRu+t typed items
 */
#ifndef X2_MSG_H
#define X2_MSG_H

#include <x2/fpage.h>

enum { L4_MRS = 64, L4_BRS = 33 };

typedef struct { l4_word_t raw; } l4_tag_t;

enum {
	L4_TAG_PROPAGATED	= 1 << 12,
	L4_TAG_REDIRECTED	= 1 << 13,
	L4_TAG_XCPU		= 1 << 14,
	L4_TAG_ERROR		= 1 << 15,
	L4_TAG_FLAGS		= 0xf << 12,
	L4_TAG_LABEL_SHIFT	= 16,
};

static inline unsigned l4_tag_untyped(l4_tag_t t) { return t.raw & 0x3f; }
static inline unsigned l4_tag_typed(l4_tag_t t) { return t.raw >> 6 & 0x3f; }
static inline l4_word_t l4_tag_label(l4_tag_t t) { return t.raw >> L4_TAG_LABEL_SHIFT; }
static inline bool l4_tag_failed(l4_tag_t t) { return t.raw & L4_TAG_ERROR; }

/* For negative labels of the kernel, N << 4 plus a nibble, see l4_tag_kernel. */
static inline l4_tag_t l4_tag(l4_word_t label, unsigned u, unsigned t)
{
	return (l4_tag_t){ label << L4_TAG_LABEL_SHIFT | (l4_word_t)t << 6 | u };
}

/* Protocol numbers N of kernel-generated messages (protocols, first table). */
enum {
	L4_PROTO_INTERRUPT	= -1,
	L4_PROTO_PAGEFAULT	= -2,
	L4_PROTO_PREEMPTION	= -3,
	L4_PROTO_SYS_EXCEPTION	= -4,
	L4_PROTO_EXCEPTION	= -5,
	L4_PROTO_SIGMA0		= -6,
	L4_PROTO_IO_FAULT	= -8,
	L4_PROTO_MEM_EXHAUSTED	= -16,	/* Pecan: no kernel memory to map a pager's reply;
					   docs/decisions/kernel-memory.md */
};

static inline l4_tag_t l4_tag_kernel(int protocol, unsigned nibble, unsigned u)
{
	return (l4_tag_t){ (l4_word_t)(intptr_t)protocol << 20
			   | (l4_word_t)nibble << L4_TAG_LABEL_SHIFT | u };
}

/* Returns true if the label is one that X.2 keeps for the kernel's protocols: -16 << 4 to -1. */
static inline bool l4_tag_of_kernel(l4_tag_t t) { return (intptr_t)t.raw >> 24 == -1; }

/* Typed items (api 5.3): kind in bits 3..1 of the first word. */
enum l4_item { L4_ITEM_STRING, L4_ITEM_MAP, L4_ITEM_GRANT, L4_ITEM_BAD };

/*
 * Pecan, in the first word of a map item, where X.2 has a 0: nothing is revoked for it, and it waits for no
 * revocation. It ends at the first page that would have to be removed, and where a revocation may come to the
 * page that is sent, or to the one that it would extend. No error; the sender does not learn of it.
 */
enum { L4_ITEM_NO_REVOKE = 1 << 4 };

static inline enum l4_item l4_item_kind(l4_word_t first)
{
	if ((first & 8) == 0)
		return L4_ITEM_STRING;
	switch (first >> 1 & 7) {
	case 4: return L4_ITEM_MAP;
	case 5: return L4_ITEM_GRANT;
	default: return L4_ITEM_BAD;
	}
}

static inline l4_word_t l4_item_base(l4_word_t first) { return first >> 10 << 10; }
static inline l4_word_t l4_map_item(l4_word_t base) { return (base >> 10 << 10) | 0x8; }
static inline l4_word_t l4_grant_item(l4_word_t base) { return (base >> 10 << 10) | 0xa; }

/* Acceptor BR0 (api 5.4): bits 3..1 are ignored (ambiguity B6). */
static inline bool l4_acceptor_strings(l4_word_t br0) { return br0 & 1; }

static inline l4_fpage_t l4_acceptor_window(l4_word_t br0)
{
	return (l4_fpage_t){ br0 & ~(l4_word_t)0xf };
}

/* ErrorCode of a failed Ipc (api 5.6): bit 0 phase (1 = receive), bits 3..1 kind, 4.. offset. */
enum l4_ipc_error {
	L4_IPC_TIMEOUT	= 1,
	L4_IPC_NOT_EXISTING = 2,
	L4_IPC_CANCELLED = 3,
	L4_IPC_OVERFLOW	= 4,
	L4_IPC_XFER_MINE = 5,
	L4_IPC_XFER_PARTNER = 6,
	L4_IPC_ABORTED	= 7,
};

enum l4_ipc_phase { L4_SEND_PHASE = 0, L4_RECEIVE_PHASE = 1 };

static inline l4_word_t l4_ipc_error(enum l4_ipc_error e, enum l4_ipc_phase p)
{
	return (l4_word_t)e << 1 | (l4_word_t)p;
}

#endif
