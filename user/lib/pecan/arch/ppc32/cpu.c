/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - see pecan/cpu.h: PowerPC. Programs cannot read which CPU it is (PVR is privileged); it is taken for
 * a 750, which the kernel is made for. That CPU executes loads ahead, behind branches that it predicts.
 */
#include <pecan/cpu.h>

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

const struct cpu_issue cpu_issues[] = {
	[CPU_MELTDOWN] = { "Meltdown", "2017-5754", none, 0 },
	{ "Spectre v1", "2017-5753", every, 0 },
	{ "Spectre v2", "2017-5715", every, 0 },
};
const unsigned cpu_issues_count = sizeof cpu_issues / sizeof *cpu_issues;

enum cpu_state cpu_issue_state(const struct cpu_issue *i, const struct cpu_model *m)
{
	if (!i->affects(m))
		return CPU_NOT_AFFECTED;
	return i->how ? CPU_MITIGATED : CPU_NOT_MITIGATED;
}

bool cpu_is_tcg(void) { return false; }

struct cpu_model cpu_model(void)
{
	return (struct cpu_model){ .vendor = "PowerPC", .family = 750 };
}
