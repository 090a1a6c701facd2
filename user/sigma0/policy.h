/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - which memory and ports sigma0 maps to which thread (protocols 7.1; ambiguities F). No function
 * sends a message: arguments are requests, results fpages, so that the whole policy also runs as a host
 * program.
 *
 *   type of memory            page request                page fault
 *   conventional              once, to the first          once, to the first
 *   shared                    to all threads              to all threads
 *   reserved                  never                       never
 *   dedicated, boot loader,   once, to the first          only to its owner
 *   architecture, undescribed
 *
 * Ports are handed out like dedicated memory, by fault too. An owner is a thread, except that all
 * threads of the root server's space count as the root server (F3): callers of policy_ pass the root server's
 * id for them. A range of several types is checked piece by piece; if one piece is refused, the whole range
 * is refused, and no owner changes.
 */
#ifndef SIGMA0_POLICY_H
#define SIGMA0_POLICY_H

#include <x2/fpage.h>
#include "regions.h"
#include "owners.h"

enum {
	PAGE_LOG2	= 12,
	PHYSICAL_BITS	= L4_WORD_BITS == 64 ? 52 : L4_WORD_BITS,	/* no machine has a longer physical address */
	PORT_LAST	= 0xffff,
	KERNEL_LOG2	= 16,		/* recommended amount for a kernel thread (protocols 7.1) */
};

/*
 * Ranges that "any address" avoids while there is other memory: a 1:1 mapping of them would be inaccessible.
 */
enum { POLICY_AVOIDED = 2 };

struct policy {
	struct regions regions;
	struct owners memory, ports;
	l4_tid_t self;				/* sigma0 */
	struct region avoid[POLICY_AVOIDED];
};

/* Tables of extents, with the number of their places. */
struct policy_tables { struct extent *memory, *ports; unsigned memory_room, ports_room; };

void policy_init(struct policy *p, const struct l4_kip *kip, const struct policy_tables *tables);

/* Return the fpage to send: full rights, aligned, base = physical address or port; nilpage: refused. */
l4_fpage_t policy_page(struct policy *p, l4_tid_t owner, l4_word_t base, unsigned log2);
l4_fpage_t policy_any(struct policy *p, l4_tid_t owner, unsigned log2);
l4_fpage_t policy_fault(struct policy *p, l4_tid_t owner, l4_word_t address);
l4_fpage_t policy_ports(struct policy *p, l4_tid_t owner, l4_fpage_t ports);

#endif
