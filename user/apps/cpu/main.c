/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `cpu`: the CPU, and for each known issue of such CPUs whether it is affected, and what is done.
 */
#include <pecan/cpu.h>
#include <pecan/print.h>

static const char *text(const struct cpu_issue *i, enum cpu_state state)
{
	if (state == CPU_NOT_AFFECTED)
		return "not affected";
	return state == CPU_MITIGATED ? i->how : "NOT MITIGATED";
}

int main(int argc, char **argv)
{
	struct cpu_model m = cpu_model();

	(void)argv;
	if (argc > 1) {
		printf("usage: cpu\n");
		return 2;
	}
	if (cpu_issues_count == 0) {
		printf("%s: no known issues of such CPUs are listed\n", m.vendor);
		return 0;
	}
	printf("%s, family %u, model %u, stepping %u\n", m.vendor, m.family, m.model, m.stepping);
	for (unsigned i = 0; i < cpu_issues_count; i++) {
		const struct cpu_issue *issue = &cpu_issues[i];

		printf("%-26s CVE-%-11s %s\n", issue->name, issue->numbers, text(issue, cpu_issue_state(issue, &m)));
	}
	return 0;
}
