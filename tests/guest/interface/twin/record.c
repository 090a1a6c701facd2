/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - what happened, in its order, printed when a script is over: each line with its number and a
 * checksum behind it, as tests/guest/interface/log.c says.
 */
#include "twin.h"

#define FNV_BASIS 0x811c9dc5u
#define FNV_PRIME 0x1000193u

enum { RECORDS = 2 * WORKERS * OPERATIONS, LINE = 256 };

static struct entry { const char *what; word fields[FIELDS]; unsigned who, operation, n; } entries[RECORDS];
static volatile unsigned used;

word draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (word)(*seed >> 11);
}

uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

void record(unsigned who, unsigned operation, const char *what, const word *fields, unsigned n)
{
	unsigned at = used;
	struct entry *e = &entries[at];

	if (at == RECORDS)
		return;
	used = at + 1;
	*e = (struct entry){ .what = what, .who = who, .operation = operation, .n = n };
	for (unsigned i = 0; i < n; i++)
		e->fields[i] = fields[i];
}

static char *add_text(char *at, const char *s)
{
	while (*s)
		*at++ = *s++;
	*at++ = ' ';
	return at;
}

static char *add_hex(char *at, word w)
{
	for (int shift = L4_BITS_PER_WORD - 4; shift >= 0; shift -= 4)
		if (shift == 0 || w >> shift)
			*at++ = "0123456789abcdef"[w >> shift & 15];
	*at++ = ' ';
	return at;
}

void print_line(const char *text)
{
	static char end[LINE];
	static unsigned number;
	unsigned sum = FNV_BASIS ^ ++number;
	char *at = end;

	for (const char *s = text; *s; s++)
		sum = (sum ^ (unsigned char)*s) * FNV_PRIME;
	*at++ = ' ';
	*at++ = '#';
	at = add_hex(at, number);
	at[-1] = ':';
	for (int shift = 28; shift >= 0; shift -= 4)
		*at++ = "0123456789abcdef"[sum >> shift & 15];
	*at++ = '\n';
	*at = 0;
	L4_KDB_PrintString(text);
	L4_KDB_PrintString(end);
}

void records_print(unsigned script)
{
	static char line[LINE];

	for (unsigned i = 0; i < used; i++) {
		const struct entry *e = &entries[i];
		char *at = add_hex(line, script);

		at = add_hex(at, e->who);
		at = add_hex(at, e->operation);
		at = add_text(at, e->what);
		for (unsigned k = 0; k < e->n; k++)
			at = add_hex(at, e->fields[k]);
		at[-1] = 0;
		print_line(line);
	}
	used = 0;
}
