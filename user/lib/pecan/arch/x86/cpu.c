/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - see pecan/cpu.h. Which models are affected: Intel's list "Affected processors: transient execution
 * attacks", AMD's product security bulletins. Where a model is in no list it counts as affected.
 */
#include <l4/cpuid.h>
#include <pecan/cpu.h>
#include <string.h>

enum {
	INTEL_CORE = 6, ZEN_1 = 0x17, HYGON_ZEN = 0x18, ZEN_3 = 0x19, BULLDOZER = 0x15,
	CASCADE_LAKE = 0x55, WHISKEY_LAKE = 0x8e, COFFEE_LAKE = 0x9e,
};

static bool is_intel(const struct cpu_model *m) { return strcmp(m->vendor, "GenuineIntel") == 0; }

static bool is_amd(const struct cpu_model *m)
{
	return strcmp(m->vendor, "AuthenticAMD") == 0 || strcmp(m->vendor, "HygonGenuine") == 0;
}

static bool is_core(const struct cpu_model *m) { return is_intel(m) && m->family == INTEL_CORE; }

/* One of these models of Intel's family 6. The list ends with 0. */
static bool is_one_of(const struct cpu_model *m, const unsigned char *models)
{
	while (*models && *models != m->model)
		models++;
	return is_core(m) && *models;
}

/* Models of family 6 that check rights before they use a value: RDCL_NO. */
static bool checks_rights(const struct cpu_model *m)
{
	static const unsigned char models[] = {
		0x6a, 0x6c, 0x7d, 0x7e, 0x9d,		/* Ice Lake */
		0x8c, 0x8d, 0xa7, 0xa5, 0xa6, 0x8a,	/* Tiger, Rocket, Comet Lake, Lakefield */
		0x97, 0x9a, 0xbe, 0xb7, 0xba, 0xbf,	/* Alder and Raptor Lake */
		0x8f, 0xcf, 0xad, 0xae, 0xaf,		/* Sapphire, Emerald, Granite Rapids, Sierra Forest */
		0xaa, 0xac, 0xb5, 0xbd, 0xc5, 0xc6, 0,	/* Meteor, Arrow, Lunar Lake */
	};

	return is_one_of(m, models) || (is_core(m) && ((m->model == CASCADE_LAKE && m->stepping >= 5)
						       || (m->model == WHISKEY_LAKE && m->stepping >= 12)
						       || (m->model == COFFEE_LAKE && m->stepping >= 13)));
}

/* Of these, those whose gathers do not read stale data. */
static bool gathers_safely(const struct cpu_model *m)
{
	static const unsigned char models[] = {
		0x97, 0x9a, 0xbe, 0xb7, 0xba, 0xbf, 0x8f, 0xcf, 0xad, 0xae, 0xaf,
		0xaa, 0xac, 0xb5, 0xbd, 0xc5, 0xc6, 0,
	};

	return is_one_of(m, models);
}

static bool every(const struct cpu_model *m)
{
	(void)m;
	return true;
}

static bool none(const struct cpu_model *m)
{
	(void)m;
	return false;
}

/* Other vendors' CPUs count as the old ones of Intel. */
static bool not_amd(const struct cpu_model *m) { return !is_amd(m); }
static bool old_intel(const struct cpu_model *m) { return !is_amd(m) && !checks_rights(m); }
static bool gathering(const struct cpu_model *m) { return !is_amd(m) && !gathers_safely(m); }
static bool zen(const struct cpu_model *m) { return is_amd(m) && m->family >= ZEN_1 && m->family <= ZEN_3; }
static bool zen_2(const struct cpu_model *m) { return is_amd(m) && m->family == ZEN_1 && m->model >= 0x30; }
static bool zen_3(const struct cpu_model *m) { return is_amd(m) && m->family == ZEN_3; }

/* Intel: but for Tiger Lake, and Ice Lake in servers, as Downfall. */
static bool retbleed(const struct cpu_model *m)
{
	static const unsigned char free_of_it[] = { 0x6a, 0x6c, 0x8c, 0x8d, 0 };

	return (gathering(m) && !is_one_of(m, free_of_it))
	    || (is_amd(m) && m->family >= BULLDOZER && m->family <= HYGON_ZEN);
}

const struct cpu_issue cpu_issues[] = {
	[CPU_MELTDOWN] = { "Meltdown", "2017-5754", old_intel, 0 },
	{ "Spectre v1", "2017-5753", every, 0 },
	{ "Spectre v2", "2017-5715", every, 0 },
	{ "BHI", "2022-0001", not_amd, 0 },
	{ "Speculative Store Bypass", "2018-3639", every, 0 },
	{ "L1TF", "2018-3620", old_intel,
	  "entries of page tables that are not present are 0: 0 instructions" },
	{ "MDS, TAA, MMIO, RFDS", "2018-12130", not_amd, 0 },
	{ "Retbleed", "2022-29900", retbleed, 0 },
	{ "Inception", "2023-20569", zen, 0 },
	{ "Zenbleed", "2023-20593", zen_2, 0 },
	{ "Downfall", "2022-40982", gathering, 0 },
	{ "ITS", "2024-28956", gathering, 0 },
	{ "TSA", "2024-36350", zen_3, 0 },
	{ "LazyFP", "2018-3665", old_intel,
	  "registers are saved and cleared at the switch: 140 if they are used" },
	{ "SWAPGS", "2019-1125", none, 0 },		/* the kernel has no SWAPGS */
	{ "SYSRET", "2012-0217", not_amd, "it leaves to constant addresses only: 0 instructions" },
	{ "POP SS", "2018-8897", every, "debug exceptions have a stack of their own: 0 instructions" },
	{ "threads of a core", "2018-5407", none, 0 },	/* one CPU is started */
};
const unsigned cpu_issues_count = sizeof cpu_issues / sizeof *cpu_issues;

enum cpu_state cpu_issue_state(const struct cpu_issue *i, const struct cpu_model *m)
{
	if (!i->affects(m))
		return CPU_NOT_AFFECTED;
	return i->how ? CPU_MITIGATED : CPU_NOT_MITIGATED;
}

bool cpu_is_tcg(void)
{
	enum { HYPERVISOR = 1u << 31, NAME = 0x40000000 };
	struct l4_cpuid name = L4_CpuId(NAME);

	return L4_CpuId(1).ecx & HYPERVISOR && memcmp(&name.ebx, "TCGT", 4) == 0
	       && memcmp(&name.ecx, "CGTC", 4) == 0 && memcmp(&name.edx, "GTCG", 4) == 0;
}

struct cpu_model cpu_model(void)
{
	struct l4_cpuid vendor = L4_CpuId(0), id = L4_CpuId(1);
	struct cpu_model m = {
		.family = id.eax >> 8 & 0xf, .model = id.eax >> 4 & 0xf, .stepping = id.eax & 0xf,
	};

	memcpy(m.vendor, &vendor.ebx, 4);
	memcpy(m.vendor + 4, &vendor.edx, 4);
	memcpy(m.vendor + 8, &vendor.ecx, 4);
	if (m.family == 6 || m.family == 15)	/* SDM 2A, CPUID */
		m.model |= id.eax >> 12 & 0xf0;
	if (m.family == 15)
		m.family += id.eax >> 20 & 0xff;
	return m;
}
