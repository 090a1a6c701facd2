/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small_space.c - which of the spaces that tests make are small ones (ia32 5), and ways to reach beyond one.
 */
#include "args.h"
#include "guest.h"
#include "small_space.h"

bool small_at(L4_ThreadId_t t, word mb, word size)
{
	word old = 0;

	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(mb, size), L4_Nilpage, L4_Nilpage, L4_nilthread,
				 &old), 1);
	return old & SMALL_APPLY;
}

word small_get(L4_ThreadId_t t)
{
	word old = 0;

	CHECK_EQ(L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
	return old;
}

static bool making_large;

void space_make_large(struct space *s)
{
	making_large = true;
	space_make(s);
	making_large = false;
}

/* small=0: none; 1: all, as without it; a larger number: the seed of a sequence that selects them. */
static bool wanted(void)
{
	static word state;

	if (making_large)
		return false;
	if (state == 0)
		state = args_number("small", 1);
	if (state > 1)
		state = (state * 1664525u + 1013904223u) | 2;
	return state == 1 || state >> 31;
}

bool small_space(L4_ThreadId_t t)
{
	if (!wanted())
		return false;
	for (word mb = 0; mb < SMALL_AREA_MB; mb += SMALL_MB)
		if (small_at(t, mb, SMALL_MB))
			return true;
	return false;
}

void need_small(void)
{
	struct space s;

	space_make(&s);
	if (!small_get(s.anchor) && !small_at(s.anchor, 0, SMALL_MB))
		guest_skip("no small spaces: the CPU checks no segment limits, or small=0");
	space_delete(&s);
}

void make_at(struct space *s, word mb)
{
	space_make(s);
	CHECK(small_get(s->anchor) == L4_SmallSpace(mb, SMALL_MB) || small_at(s->anchor, mb, SMALL_MB));
}

bool is_small(struct space *s) { return small_get(s->anchor) != 0; }

void small_by_stack(void *at)
{
	__asm__ volatile("mov %%esp, %%ecx; mov %0, %%esp; pop %%eax; mov %%ecx, %%esp"
			 : : "r"(*(word *)at) : "eax", "ecx", "memory");
}

void small_by_es(void *at)
{
	word to = *(word *)at, from = (word)at, n = 4;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

void small_by_fs(void *at)
{
	word value;

	__asm__ volatile("mov %%fs:(%1), %0" : "=r"(value) : "r"(*(word *)at) : "memory");
}

void small_by_jump(void *at) { ((void (*)(void))*(word *)at)(); }

void small_cli(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	__asm__ volatile("cli");
}

void small_out(void *handler)
{
	(void)handler;
	__asm__ volatile("out %%al, $0x80" : : "a"(0));
}

void small_write_cr3(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	__asm__ volatile("mov %0, %%cr3" : : "r"(handler));
}

void small_sysexit(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	__asm__ volatile("sysexit");
}

void small_by_gs(void *arg)
{
	__asm__ volatile("mov %0, %%gs:0" : : "r"(arg) : "memory");
}

void small_by_wrong_ss(void *done)
{
	__asm__ volatile("mov %0, %%ss; push %0; pop %0" : : "r"(0x2b) : "memory");
	++*(volatile word *)done;
	L4_Sleep(L4_Never);
}
