/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - plays the scripts of the third boot module. See search.h.
 */
#include <l4/bootinfo.h>
#include <l4/sigma0.h>

#include "bench_device.h"
#include "search.h"

enum { W_SCRIPT = 1, STUCK_US = 300000 };

static volatile unsigned played;

static void leave(void) __attribute__((noreturn));

static void leave(void)
{
	device_end_emulator(0);
	for (;;)
		L4_Sleep(L4_Never);
}

/* Above all others. A script may make a thread wait that others wait for. */
static void watch_main(void)
{
	unsigned before;

	do {
		before = played;
		L4_Sleep(L4_TimePeriod(STUCK_US));
	} while (played != before);
	put("search: stuck\n");
	leave();
}

static void get(L4_Word_t first, L4_Word_t bytes)
{
	for (L4_Word_t at = first & -(L4_Word_t)PAGE; at < first + bytes; at += PAGE)
		if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(at, 12))))
			fail("boot information or module from sigma0");
}

static const L4_BootRec_t *module(void)
{
	char *info = (char *)L4_BootInfo(L4_GetKernelInterface());
	L4_BootRec_t *r;

	get((L4_Word_t)info, 1);
	get((L4_Word_t)info, L4_BootInfo_Size(info));
	r = L4_BootInfo_FirstEntry(info);
	for (L4_Word_t i = 0; i < L4_BootInfo_Entries(info); i++, r = L4_BootRec_Next(r))
		if (L4_BootRec_Type(r) == L4_BootInfo_Module)
			return r;
	fail("no module with scripts");
}

int main(void)
{
	const L4_BootRec_t *scripts;
	const union step *steps;

	world_init();
	scripts = module();
	get(L4_Module_Start(scripts), L4_Module_Size(scripts));
	steps = (const union step *)L4_Module_Start(scripts);
	script_init();
	script_end();
	L4_Set_Priority(thread_here(watch_main), PRIORITY_TOP);
	for (L4_Word_t i = 0; i < L4_Module_Size(scripts) / sizeof *steps / SCRIPT_STEPS; i++) {
		SCOPE_BEGIN(W_SCRIPT);
		script_play(steps + i * SCRIPT_STEPS);
		SCOPE_END(W_SCRIPT);
		script_end();
		played++;
	}
	put("search: done\n");
	leave();
}
