/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.c - see <pecan/places.h>.
 */
#include <pecan/places.h>

static uint64_t known;
static unsigned users;
static uint8_t rank[PLACES_SECTIONS + 1];	/* of a section among the users, from 1; 0: it is none */

void places_know(uint64_t sections)
{
	if (sections == known)
		return;
	known = sections;
	users = 0;
	for (unsigned i = 0; i < PLACES_SECTIONS; i++)
		rank[i + 1] = sections >> i & 1 ? (uint8_t)++users : 0;
}

/* How many sections have reserved places. */
static unsigned reserves(const struct places *p)
{
	unsigned most = p->of_section ? (p->total + 1) / 2 / p->of_section : 0;

	return users < most ? users : most;
}

/* The reserved places of a section. */
static unsigned reserved(const struct places *p, unsigned section)
{
	return rank[section] && rank[section] <= reserves(p) ? p->of_section : 0;
}

bool places_has(const struct places *p, unsigned section, unsigned own)
{
	if (own >= p->of_task || p->taken >= p->total)
		return false;
	return p->of[section] < reserved(p, section)
	       || p->taken - p->inside < p->total - reserves(p) * p->of_section;
}

void places_take(struct places *p, unsigned section)
{
	p->inside += p->of[section]++ < reserved(p, section);
	p->taken++;
}

void places_give(struct places *p, unsigned section)
{
	p->inside -= --p->of[section] < reserved(p, section);
	p->taken--;
}

bool places_shares(const struct places *p, unsigned section)
{
	return p->of[section] > reserved(p, section);
}
