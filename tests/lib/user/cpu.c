/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - tests of which issues a CPU has (user/lib/pecan/arch/x86/cpu.c).
 */
#include "harness.h"
#include <pecan/cpu.h>
#include <string.h>

static enum cpu_state state(const char *name, const char *vendor, unsigned family, unsigned model,
			    unsigned stepping)
{
	struct cpu_model m = { .family = family, .model = model, .stepping = stepping };

	strcpy(m.vendor, vendor);
	for (unsigned i = 0; i < cpu_issues_count; i++)
		if (strcmp(cpu_issues[i].name, name) == 0)
			return cpu_issue_state(&cpu_issues[i], &m);
	test_fail(__FILE__, __LINE__, "there is no issue %s", name);
}

static enum cpu_state intel(const char *name, unsigned model, unsigned stepping)
{
	return state(name, "GenuineIntel", 6, model, stepping);
}

static enum cpu_state amd(const char *name, unsigned family, unsigned model)
{
	return state(name, "AuthenticAMD", family, model, 0);
}

TEST(HCPU0001, "Meltdown and L1TF: Intel before Ice Lake, some steppings of three models, no others")
{
	CHECK(intel("Meltdown", 0x3c, 3) == CPU_NOT_MITIGATED && intel("L1TF", 0x3c, 3) == CPU_MITIGATED);
	CHECK(intel("Meltdown", 0x55, 4) == CPU_NOT_MITIGATED);
	CHECK(intel("Meltdown", 0x55, 7) == CPU_NOT_AFFECTED);
	CHECK(intel("Meltdown", 0x9e, 10) == CPU_NOT_MITIGATED);
	CHECK(intel("Meltdown", 0x9e, 13) == CPU_NOT_AFFECTED);
	CHECK(intel("Meltdown", 0x7e, 5) == CPU_NOT_AFFECTED && intel("L1TF", 0x8f, 4) == CPU_NOT_AFFECTED);
	CHECK(amd("Meltdown", 0xf, 107) == CPU_NOT_AFFECTED && amd("L1TF", 0x17, 1) == CPU_NOT_AFFECTED);
}

TEST(HCPU0002, "a CPU of an unknown model or vendor counts as affected")
{
	CHECK(intel("Meltdown", 0xff, 0) == CPU_NOT_MITIGATED);
	CHECK(intel("Downfall", 0xff, 0) == CPU_NOT_MITIGATED);
	CHECK(intel("Retbleed", 0xff, 0) == CPU_NOT_MITIGATED && intel("ITS", 0xff, 0) == CPU_NOT_MITIGATED);
	CHECK(state("Meltdown", "CentaurHauls", 7, 0x3b, 0) == CPU_NOT_MITIGATED);
	for (unsigned i = 0; i < cpu_issues_count; i++) {
		const char *name = cpu_issues[i].name;
		bool is_of_amd = !strcmp(name, "Inception") || !strcmp(name, "Zenbleed") || !strcmp(name, "TSA");

		CHECK(is_of_amd || state(name, "  Shanghai  ", 6, 0x97, 0) == intel(name, 0x3c, 3));
	}
}

TEST(HCPU0003, "issues of Zen: Retbleed before Zen 3, Zenbleed in 2, Inception in 1 to 4, TSA in 3 and 4")
{
	CHECK(amd("Retbleed", 0x17, 0x71) == CPU_NOT_MITIGATED);
	CHECK(amd("Retbleed", 0x19, 0x21) == CPU_NOT_AFFECTED);
	CHECK(amd("Zenbleed", 0x17, 0x71) == CPU_NOT_MITIGATED);
	CHECK(amd("Zenbleed", 0x17, 1) == CPU_NOT_AFFECTED);
	CHECK(amd("Inception", 0x19, 0x61) == CPU_NOT_MITIGATED);
	CHECK(amd("Inception", 0x1a, 0x44) == CPU_NOT_AFFECTED);
	CHECK(amd("TSA", 0x19, 0x61) == CPU_NOT_MITIGATED && amd("TSA", 0x17, 0x71) == CPU_NOT_AFFECTED);
	CHECK(intel("Zenbleed", 0x3c, 3) == CPU_NOT_AFFECTED);
	CHECK(state("Retbleed", "HygonGenuine", 0x18, 1, 0) == CPU_NOT_MITIGATED);
	CHECK(state("Inception", "HygonGenuine", 0x18, 1, 0) == CPU_NOT_MITIGATED);
}

TEST(HCPU0005, "Retbleed and ITS: models of Intel that have neither Meltdown nor L1TF can have them")
{
	static const unsigned char both[] = { 0x55, 0x7e, 0xa5, 0xa6, 0xa7 };	/* Cascade to Rocket Lake */

	for (unsigned i = 0; i < sizeof both; i++) {
		CHECK(intel("Retbleed", both[i], 15) == CPU_NOT_MITIGATED);
		CHECK(intel("ITS", both[i], 15) == CPU_NOT_MITIGATED);
	}
	CHECK(intel("Retbleed", 0x8c, 1) == CPU_NOT_AFFECTED && intel("ITS", 0x8c, 1) == CPU_NOT_MITIGATED);
	CHECK(intel("Retbleed", 0x6a, 6) == CPU_NOT_AFFECTED && intel("ITS", 0x6a, 6) == CPU_NOT_MITIGATED);
	CHECK(intel("Retbleed", 0x97, 2) == CPU_NOT_AFFECTED && intel("ITS", 0x97, 2) == CPU_NOT_AFFECTED);
}

TEST(HCPU0004, "every CPU has Spectre, which is not mitigated, and POP SS, which is; none has SWAPGS")
{
	CHECK(amd("Spectre v1", 0x1a, 0x44) == CPU_NOT_MITIGATED);
	CHECK(intel("Spectre v2", 0x8f, 4) == CPU_NOT_MITIGATED);
	CHECK(amd("POP SS", 0xf, 107) == CPU_MITIGATED && intel("SYSRET", 0x3c, 3) == CPU_MITIGATED);
	CHECK(amd("SYSRET", 0xf, 107) == CPU_NOT_AFFECTED && intel("SWAPGS", 0x3c, 3) == CPU_NOT_AFFECTED);
}
