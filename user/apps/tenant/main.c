/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - tenant: started by the demo tenants, once as the victim and once for each attack; and by
 * tests as `tenant grab`, `tenant hold`, `tenant flood`.
 * The program has no rights at all (see `init` in the boot image).
 */
#include <pecan/demo.h>
#include <pecan/print.h>
#include <string.h>

#include "tenant.h"

static const struct attack *find(const struct attack *a, const char *name)
{
	for (; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct attack *a;
	struct target t;

	if (argc == 2 && strcmp(argv[1], "victim") == 0)
		victim();
	if (argc == 2 && strcmp(argv[1], "grab") == 0)
		grab();
	if (argc == 2 && strcmp(argv[1], "spin") == 0)
		spin();
	if (argc == 2 && (strcmp(argv[1], "hold") == 0 || strcmp(argv[1], "flood") == 0))
		hold(strcmp(argv[1], "flood") == 0);
	a = argc == 4 ? find(attacks, argv[1]) : NULL;
	if (!a && argc == 4)
		a = find(exhausting_attacks, argv[1]);
	if (!a) {
		puts("tenant: this program is a part of the demo tenants; run that one");
		return SUCCEEDED;
	}
	t.victim = demo_thread(argv[2]);
	t.supervisor = demo_thread(argv[3]);
	return a->try(&t);
}
