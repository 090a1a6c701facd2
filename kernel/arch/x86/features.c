/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * features.c - the features that CPUID reports (SDM 2A; AMD64 volume 3 appendix E), that the kernel can use,
 * and that the command line does not switch off. Pecan runs on a CPU without any optional feature.
 */
#include <boot/boot.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <lib/bits.h>
#include <lib/print.h>
#include <lib/str.h>

enum reg { EAX, EBX, ECX, EDX };

struct bit { uint32_t leaf; enum reg reg; uint8_t bit; };

static const struct {
	const char *name, *off;		/* off: the option that switches it off */
	struct bit in;
} optional[FEATURES] = {
	[FEATURE_NX]		= { "NX", "nonx", { 0x80000001, EDX, 20 } },
	[FEATURE_PGE]		= { "global pages", "nopge", { 1, EDX, 13 } },
	[FEATURE_GBPAGES]	= { "1 GiB pages", "nogbpages", { 0x80000001, EDX, 26 } },
	[FEATURE_SMEP]		= { "SMEP", "nosmep", { 7, EBX, 7 } },
	[FEATURE_SMAP]		= { "SMAP", "nosmap", { 7, EBX, 20 } },
	[FEATURE_UMIP]		= { "UMIP", "noumip", { 7, ECX, 2 } },
	[FEATURE_MCE]		= { "machine check", "nomce", { 1, EDX, 7 } },
	[FEATURE_APIC]		= { "local APIC", "noapic", { 1, EDX, 9 } },
	[FEATURE_TSC_INVARIANT]	= { "invariant TSC", 0, { 0x80000007, EDX, 8 } },
	[FEATURE_PAT]		= { "PAT", "nopat", { 1, EDX, 16 } },
	[FEATURE_XSAVE]		= { "XSAVE", "noxsave", { 1, ECX, 26 } },
	[FEATURE_AVX]		= { "AVX", "noavx", { CPUID_XSTATE, EAX, 2 } },
	[FEATURE_PCID]		= { "PCID", "nopcid", { 1, ECX, 17 } },
	[FEATURE_INVPCID]	= { "INVPCID", "noinvpcid", { 7, EBX, 10 } },
	[FEATURE_IOAPIC]	= { 0, "noioapic", { 1, EDX, 9 } },
	[FEATURE_CLFLUSH]	= { 0, 0, { 1, EDX, 19 } },
	[FEATURE_SYSENTER]	= { 0, 0, { 1, EDX, 11 } },
};

/* Bits of cpu_features that a feature depends on; these come before it. */
static const uint32_t needs[FEATURES] = {
	[FEATURE_AVX] = 1 << FEATURE_XSAVE, [FEATURE_INVPCID] = 1 << FEATURE_PCID,
	[FEATURE_IOAPIC] = 1 << FEATURE_APIC,
};

uint32_t cpu_features;

static bool has(struct bit b)
{
	struct cpuid id = cpu_id(b.leaf);
	const uint32_t regs[] = { [EAX] = id.eax, [EBX] = id.ebx, [ECX] = id.ecx, [EDX] = id.edx };

	return cpu_id(b.leaf & 0x80000000).eax >= b.leaf && (regs[b.reg] >> b.bit & 1);
}

void feature_line(const char *name, const char *state)
{
	printk("feature: %-14s %s\n", name, state);
}

static const char *machine_option;

static bool is_switch(const char *word, size_t length)
{
	size_t n = strlen(machine_option);

	if (n > 0 && length > n && strncmp(word, machine_option, n) == 0 && word[n] == '=')
		return true;
	for (unsigned f = 0; f < FEATURES; f++)
		if (optional[f].off && strlen(optional[f].off) == length
		    && strncmp(word, optional[f].off, length) == 0)
			return true;
	return false;
}

void features_init(const char *cmdline, const char *option, uint32_t without)
{
	machine_option = option;
	boot_options_check(cmdline, is_switch);
	for (unsigned f = 0; f < FEATURES; f++) {
		const char *state = "used";

		if (!has(optional[f].in))
			state = "absent";
		else if ((optional[f].off && boot_option(cmdline, optional[f].off))
			 || (cpu_features & needs[f]) != needs[f])
			state = "off (command line)";
		else
			cpu_features |= (uint32_t)1 << f & ~without;
		if (optional[f].name && !(without >> f & 1))
			feature_line(optional[f].name, state);
	}
	feature_line("FXSR and SSE", "used");		/* required: boot.S */
}

/* boot.S does not test for SYSCALL: Intel's CPUs report it in 64-bit mode only. */
const char *features_missing(void)
{
	return has((struct bit){ 0x80000001, EDX, 11 }) ? 0 : "this CPU lacks SYSCALL";
}
