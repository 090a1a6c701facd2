/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tar.c - see tar.h. The format is POSIX ustar: blocks of 512 bytes, a header block before each
 * member, two zero blocks at the end.
 */
#include <pecan/endian.h>
#include <string.h>
#include "tar.h"

enum {
	BLOCK = 512, NAME_BYTES = 100,
	AT_SIZE = 124, SIZE_BYTES = 12,
	AT_SUM = 148, SUM_BYTES = 8,
	AT_TYPE = 156, AT_MAGIC = 257,
};

static const char manifest_name[] = "MANIFEST";

/* Octal digits up to a blank or NUL; false if there is anything else or none. */
static bool octal(const uint8_t *field, unsigned bytes, l4_word_t *value)
{
	unsigned i = 0, digits = 0;

	*value = 0;
	while (i < bytes && field[i] == ' ')
		i++;
	for (; i < bytes && field[i] >= '0' && field[i] <= '7'; i++, digits++)
		*value = *value << 3 | (l4_word_t)(field[i] - '0');
	return digits > 0 && (i == bytes || field[i] == ' ' || field[i] == 0);
}

/* The header's checksum counts its own field as blanks. */
static bool header_ok(const uint8_t *h)
{
	l4_word_t want, sum = 0;

	for (unsigned i = 0; i < BLOCK; i++)
		sum += i >= AT_SUM && i < AT_SUM + SUM_BYTES ? ' ' : h[i];
	return memcmp(h + AT_MAGIC, "ustar", 5) == 0 && octal(h + AT_SUM, SUM_BYTES, &want) && want == sum;
}

static bool all_zero(const uint8_t *h)
{
	for (unsigned i = 0; i < BLOCK; i++)
		if (h[i] != 0)
			return false;
	return true;
}

/* One member of any type: its header's place is *position. */
static enum tar_next next_any(const struct tar *t, l4_word_t *position, struct tar_member *m)
{
	const uint8_t *h = t->at + *position;
	l4_word_t left;

	m->name[0] = 0;
	if (*position >= t->size || t->size - *position < BLOCK)
		return TAR_DAMAGED;
	left = t->size - *position - BLOCK;
	if (all_zero(h))
		return TAR_END;
	if (!header_ok(h))
		return TAR_DAMAGED;
	memcpy(m->name, h, NAME_BYTES);
	m->name[NAME_BYTES] = 0;
	if (!octal(h + AT_SIZE, SIZE_BYTES, &m->size) || m->size > left)
		return TAR_DAMAGED;
	m->data = h + BLOCK;
	*position += BLOCK + (m->size + BLOCK - 1) / BLOCK * BLOCK;
	return TAR_MEMBER;
}

/* Plain files only; folders and extension records are skipped. */
enum tar_next tar_next(const struct tar *t, l4_word_t *position, struct tar_member *m)
{
	for (;;) {
		l4_word_t header = *position;
		enum tar_next n = next_any(t, position, m);

		if (n != TAR_MEMBER || t->at[header + AT_TYPE] == '0' || t->at[header + AT_TYPE] == 0)
			return n;
	}
}

bool tar_find(const struct tar *t, const char *name, struct tar_member *m)
{
	l4_word_t position = 0;

	while (tar_next(t, &position, m) == TAR_MEMBER)
		if (strcmp(m->name, name) == 0)
			return true;
	return false;
}

unsigned tar_count(const struct tar *t)
{
	l4_word_t position = 0;
	struct tar_member m;
	unsigned n = 0;

	while (tar_next(t, &position, &m) == TAR_MEMBER)
		n++;
	return n;
}

/* As strcmp does: a name in the archive has no NUL if it fills its field. */
static int compare(const struct tar_entry *e, const char *name)
{
	int order = strncmp(e->name, name, NAME_BYTES);

	return order != 0 ? order : strlen(name) > NAME_BYTES ? -1 : 0;
}

void tar_index(struct tar_index *x, const struct tar *t)
{
	unsigned room = x->count;
	l4_word_t position = 0;
	struct tar_member m;

	x->count = 0;
	while (x->count < room && tar_next(t, &position, &m) == TAR_MEMBER) {
		unsigned i = x->count++;

		for (; i > 0 && compare(&x->entry[i - 1], m.name) > 0; i--)
			x->entry[i] = x->entry[i - 1];
		x->entry[i] = (struct tar_entry){ (const char *)m.data - BLOCK, m.data, m.size };
	}
}

unsigned tar_from(const struct tar_index *x, const char *name)
{
	unsigned low = 0, high = x->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (compare(&x->entry[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct tar_entry *tar_entry(const struct tar_index *x, const char *name)
{
	unsigned i = tar_from(x, name);

	return i < x->count && compare(&x->entry[i], name) == 0 ? &x->entry[i] : 0;
}

/*
 * table[0]: what a byte at the top of the remainder becomes by eight steps of the division; table[k]: by
 * eight more for each of k bytes behind it. So SLICE bytes are one step, and the boot image, which is read
 * whole at boot, costs 4 instructions a byte, not 10.
 */
enum { BYTES = 256, SLICE = 8 };

static uint32_t table[SLICE][BYTES];

static void make_tables(void)
{
	for (uint32_t i = 0; i < BYTES; i++) {
		uint32_t crc = i << 24;

		for (unsigned k = 0; k < 8; k++)
			crc = crc & 0x80000000u ? crc << 1 ^ 0x04c11db7u : crc << 1;
		table[0][i] = crc;
	}
	for (unsigned k = 1; k < SLICE; k++)
		for (unsigned i = 0; i < BYTES; i++)
			table[k][i] = table[k - 1][i] << 8 ^ table[0][table[k - 1][i] >> 24];
}

/* Of four bytes, `behind` bytes before the end of a slice. */
static uint32_t four(uint32_t bytes, unsigned behind)
{
	return table[behind + 3][bytes >> 24] ^ table[behind + 2][bytes >> 16 & 0xff]
	       ^ table[behind + 1][bytes >> 8 & 0xff] ^ table[behind][bytes & 0xff];
}

static uint32_t one(uint32_t crc, l4_word_t byte) { return crc << 8 ^ table[0][crc >> 24 ^ (byte & 0xff)]; }

/* POSIX: the bytes, then the length, least significant byte first, as far as it is not zero. */
uint32_t tar_cksum(const uint8_t *data, l4_word_t size)
{
	uint32_t crc = 0;
	l4_word_t i = 0;

	if (table[0][1] == 0)
		make_tables();
	for (; size - i >= SLICE; i += SLICE)
		crc = four(crc ^ be32_at(data + i), 4) ^ four(be32_at(data + i + 4), 0);
	for (; i < size; i++)
		crc = one(crc, data[i]);
	for (; size != 0; size >>= 8)
		crc = one(crc, size);
	return ~crc;
}

static const uint8_t *decimal(const uint8_t *at, const uint8_t *end, l4_word_t *value)
{
	*value = 0;
	while (at < end && *at >= '0' && *at <= '9')
		*value = *value * 10 + (l4_word_t)(*at++ - '0');
	return at < end && *at == ' ' ? at + 1 : 0;
}

/* Read the line "CRC SIZE NAME\n" at *at, which then is the next one; false if there is none. */
static bool manifest_line(const uint8_t **at, const uint8_t *end, struct tar_member *m, uint32_t *crc)
{
	const uint8_t *p = *at;
	unsigned n = 0;
	l4_word_t word;

	p = decimal(p, end, &word);
	*crc = (uint32_t)word;
	p = !p ? 0 : decimal(p, end, &m->size);
	if (!p)
		return false;
	while (p < end && *p != '\n' && n < NAME_BYTES)
		m->name[n++] = (char)*p++;
	m->name[n] = 0;
	*at = p + 1;
	return n > 0 && p < end && *p == '\n';
}

/* The member of that name. That at *position is tried first: lines are mostly in the order of members. */
static bool find_next(const struct tar *t, l4_word_t *position, const char *name, struct tar_member *m)
{
	return (tar_next(t, position, m) == TAR_MEMBER && strcmp(m->name, name) == 0) || tar_find(t, name, m);
}

/* Every line of the manifest names a member of that size and checksum. */
static const char *check_lines(const struct tar *t, const struct tar_member *manifest, char *name,
			       unsigned *lines)
{
	const uint8_t *at = manifest->data, *end = at + manifest->size;
	struct tar_member want, have;
	l4_word_t position = 0;
	uint32_t crc;

	tar_next(t, &position, &have);		/* the manifest */
	for (*lines = 0; at < end; ++*lines) {
		if (!manifest_line(&at, end, &want, &crc)) {
			strcpy(name, manifest_name);
			return "is damaged: a line is not `CRC SIZE NAME`";
		}
		strcpy(name, want.name);
		if (!find_next(t, &position, want.name, &have))
			return "is listed in MANIFEST and missing";
		if (have.size != want.size)
			return "has another size than MANIFEST says";
		if (tar_cksum(have.data, have.size) != crc)
			return "is damaged: its checksum is not the one in MANIFEST";
	}
	return 0;
}

/* The archive's structure: MANIFEST first, headers whole, an end mark. *members: plain files. */
static const char *check_members(const struct tar *t, struct tar_member *manifest, char *name,
				 unsigned *members)
{
	struct tar_member m = { "", 0, 0 };
	enum tar_next n = TAR_END;
	l4_word_t position = 0;

	for (*members = 0; (n = tar_next(t, &position, &m)) == TAR_MEMBER; ++*members) {
		if (*members == 0 && strcmp(m.name, manifest_name) != 0)
			return "has no MANIFEST as its first member";
		if (*members == 0)
			*manifest = m;
	}
	if (n == TAR_DAMAGED && m.name[0] != 0) {
		strcpy(name, m.name);
		return "reaches beyond the end of the boot image (truncated)";
	}
	if (n == TAR_DAMAGED)
		return position == 0 ? "is no ustar archive" : "is truncated or has a damaged member header";
	return *members == 0 ? "is empty" : 0;
}

const char *tar_check(const struct tar *t, char name[TAR_NAME_BYTES])
{
	struct tar_member manifest = { "", 0, 0 };
	unsigned members, lines;
	const char *wrong;

	name[0] = 0;
	wrong = check_members(t, &manifest, name, &members);
	if (!wrong)
		wrong = check_lines(t, &manifest, name, &lines);
	if (wrong)
		return wrong;
	name[0] = 0;
	return lines + 1 != members ? "has members that MANIFEST does not list" : 0;
}
