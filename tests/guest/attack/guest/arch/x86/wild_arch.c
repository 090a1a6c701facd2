/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_arch.c - see wild_places.h; and flags that make each instruction trap.
 */
#include "victims.h"
#include "random.h"
#include "wild_places.h"

enum { F_RF = 0x10000, F_TF = 0x100, F_AC = 0x40000 };

#define FLAGS_OF_USER 0x240dd5ul	/* CF PF AF ZF SF TF DF OF AC ID */

word wild_ip(word ip) { return ip; }

bool wild_flags_are(word found, word set)
{
	return (without_vif(found) & ~(word)F_RF) == ((set & FLAGS_OF_USER) | FLAGS_START);
}

bool wild_is_invalid(word code, const struct state *s) { return (void)s, code == INVALID_CODE; }

/* Words of 64 bits have 48 in which addresses differ. */
static bool is_canonical(word a)
{
	int unused = L4_BITS_PER_WORD == 64 ? 16 : 0;

	return (word)((long)(a << unused) >> unused) == a;
}

/* Can an exit load this IP? On ia32 it must be in the code segment, which ends with the user area. */
static bool can_be_ip(word a) { return L4_BITS_PER_WORD == 64 ? is_canonical(a) : a < USER_END; }

/* IRET takes no other SP either, on CPUs of AMD. */
bool wild_is_usable(enum goal goal, const struct state *s)
{
	return (goal != ANYWHERE || can_be_ip(s->ip)) && is_canonical(s->sp);
}

bool wild_is_refused(L4_MsgTag_t tag, const struct state *s)
{
	return wild_is_exception(tag, EXCEPTION_PROTECTION, s) && mr(M_ERROR) == 0;
}

TEST(AWLD0003, "traps behind MOV SS with single steps, and unaligned accesses, are exceptions of the thread")
{
	word asked = rounds_asked(), cases = 0;
	struct state last;
	L4_ThreadId_t by = wild_start(&last);

	if (under_qemu())
		guest_skip("QEMU holds no single step off, and checks no alignment");
	while (faults_shadowed[cases].at)
		cases++;
	for (word r = 0; r < asked; r++) {
		const struct fault_case *c = &faults_shadowed[random_below(cases)];
		enum way way = random_below(WAYS);
		struct state s = { c->at, wild_stack - random_below(8) * (c->number != EXCEPTION_ALIGNMENT),
				   wild_word() | F_TF | F_AC };
		bool right = wild_put(by, way, &last, &s);
		L4_MsgTag_t tag = wild_message();

		s.ip = c->next;
		right &= wild_is_exception(tag, c->number, &s) && mr(M_ERROR) == c->error;
		wild_count(right, "case", (word)(c - faults_shadowed));
		last = s;
	}
	CHECK(victims_calls() > 0);
	guest_figure("wild-shadows", asked, wild_wrong + victims_wrong());
	CHECK_EQ(wild_wrong + victims_wrong(), 0);
}
