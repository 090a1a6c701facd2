/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sections.c - the order of the sections, and which of them use which program: for the places that each has
 * at the servers that it uses (<pecan/places.h>). Found once, as a request of each client asks for it.
 */
#include "config.h"

_Static_assert(CONFIG_PROGRAMS <= 64, "`users` has a bit for each section");

void config_number(struct config *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->starts; i++)
		c->program[c->start[i].program - c->program].started = true;
	for (struct program *p = c->program; p < c->program + c->programs; p++)
		if (p->started)
			p->number = ++n;
	for (struct program *p = c->program; p < c->program + c->programs; p++)
		if (!p->started)
			p->number = ++n;
	for (struct program *server = c->program; server < c->program + c->programs; server++)
		for (const struct program *p = c->program; p < c->program + c->programs; p++)
			if (names_hold(&p->uses, server->name))
				server->users |= (uint64_t)1 << (p->number - 1);
}
