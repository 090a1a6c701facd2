/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * l4.h - the little of the convenience layer that the foreign root server needs, written for itself.
 */
#ifndef FOREIGN_L4_H
#define FOREIGN_L4_H

#include "bind.h"

typedef L4_Word_t word;

enum {
	TCR_XFER = -8, TCR_ERROR = -9, TCR_HANDLER = -11, TCR_PAGER = -12, TCR_GLOBAL_ID = -15, BR0 = -16,
	E_FLAG = 1 << 15, ZERO_TIME = 0x0400, RIGHTS_ALL = 7,
};

#define NILTHREAD	((L4_ThreadId_t){ 0 })
#define ANYTHREAD	((L4_ThreadId_t){ ~0ul })
#define COMPLETE	((L4_Fpage_t){ 0x10 })

static inline L4_ThreadId_t global_id(word number, word version)
{
	return (L4_ThreadId_t){ number << VERSION_BITS | version };
}

static inline L4_ThreadId_t my_global_id(void) { return (L4_ThreadId_t){ utcb()[TCR_GLOBAL_ID] }; }
static inline L4_ThreadId_t my_local_id(void) { return (L4_ThreadId_t){ (word)utcb() }; }

static inline L4_Fpage_t fpage(word base, word log2, word rights)
{
	return (L4_Fpage_t){ (base >> 10 << 10) | log2 << 4 | rights };
}

static inline word make_tag(word label, word u, word t) { return label << 16 | t << 6 | u; }
static inline int failed(L4_MsgTag_t tag) { return (tag.raw & E_FLAG) != 0; }
static inline word error_code(void) { return utcb()[TCR_ERROR]; }
static inline void accept(word acceptor) { utcb()[BR0] = acceptor; }

static inline word period(word us)
{
	word e = 0;

	while (us >> e > 1023)
		e++;
	return us ? e << 10 | us >> e : (word)ZERO_TIME;
}

static inline L4_MsgTag_t send(L4_ThreadId_t to, word timeout)
{
	return L4_Ipc(to, NILTHREAD, timeout << 16, 0);
}

static inline L4_MsgTag_t receive(L4_ThreadId_t from, word timeout)
{
	L4_ThreadId_t sender;

	return L4_Ipc(NILTHREAD, from, timeout, &sender);
}

static inline L4_MsgTag_t call(L4_ThreadId_t to)
{
	L4_ThreadId_t sender;

	return L4_Ipc(to, to, 0, &sender);
}

static inline L4_MsgTag_t wait(L4_ThreadId_t *from) { return L4_Ipc(NILTHREAD, ANYTHREAD, 0, from); }

static inline L4_MsgTag_t reply_wait(L4_ThreadId_t to, L4_ThreadId_t *from)
{
	return L4_Ipc(to, ANYTHREAD, (word)ZERO_TIME << 16, from);
}

static inline void load_map_item(int at, L4_Fpage_t f, word base)
{
	utcb()[at] = (base >> 10 << 10) | 8;
	utcb()[at + 1] = f.raw;
}

#endif
