/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_table.c - see <pecan/disk_table.h>.
 */
#include <pecan/disk_table.h>
#include <pecan/endian.h>
#include <string.h>

enum {
	SECTOR = 512, BYTES_MAX = 128 * 1024, ENTRY_BYTES_MAX = 512, HEADER_BYTES = 92,
	MBR_ENTRIES = 446, MBR_SIGNATURE = 510, MBR_ACTIVE = 0x80, TYPE_GPT = 0xee,
};

struct mbr_entry { uint8_t status, from[3], type, to[3], first[4], sectors[4]; };

struct gpt_header {
	char signature[8];
	uint32_t revision, size, crc, zero;
	uint64_t own, other, first, last;
	uint8_t disk[16];
	uint64_t entries;
	uint32_t count, entry_bytes, entries_crc;
};

struct gpt_entry { uint8_t type[16], unique[16]; uint64_t first, last; };

/* What a pass through the entries of a GPT looks for. */
struct look {
	unsigned number;			/* of a partition: it is found, or compared with the others */
	bool compares, found;
	uint64_t first, last;
	bool (*wanted)(const struct disk_part *part);	/* number 0: the first one of these */
};

const char disk_table_unread[] = "the table cannot be read";
const char disk_table_damaged[] = "the table (GPT) is damaged, and so is its copy";
static const char shared[] = "it has sectors in common with another partition";

static uint8_t window[DISK_TABLE_READ];

/* CRC-32 of IEEE 802.3, of more bytes: begins with ~0, and its complement is the result. */
static uint32_t crc32(uint32_t crc, const void *from, size_t bytes)
{
	static const uint32_t of_half[] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *at = from;

	for (size_t i = 0; i < bytes; i++) {
		crc ^= at[i];
		crc = crc >> 4 ^ of_half[crc & 15];
		crc = crc >> 4 ^ of_half[crc & 15];
	}
	return crc;
}

/* ---- the first sector ---- */

static uint32_t number32(const uint8_t at[4])
{
	uint32_t n;

	memcpy(&n, at, sizeof n);
	return le32(n);
}

/* Fills t->primary. Returns true if it is a table with an entry. *protects: it says that there is a GPT. */
static bool read_primary(struct disk_table *t, const uint8_t *sector, bool *protects)
{
	struct mbr_entry e;
	bool any = false;

	*protects = false;
	if (sector[MBR_SIGNATURE] != 0x55 || sector[MBR_SIGNATURE + 1] != 0xaa)
		return false;
	for (unsigned i = 0; i < DISK_TABLE_PRIMARY; i++) {
		memcpy(&e, sector + MBR_ENTRIES + i * sizeof e, sizeof e);
		if (e.status & ~MBR_ACTIVE)
			return false;			/* bytes of a program, or of a file system */
		t->primary[i].type = e.type;
		t->primary[i].part = (struct disk_part){ number32(e.first), number32(e.sectors) };
		any |= e.type != 0;
		*protects |= e.type == TYPE_GPT;
	}
	return any;
}

/* ---- the GPT ---- */

/* On the disk it is little-endian. */
static void to_native(struct gpt_header *h)
{
	h->size = le32(h->size);
	h->crc = le32(h->crc);
	h->own = le64(h->own);
	h->first = le64(h->first);
	h->last = le64(h->last);
	h->entries = le64(h->entries);
	h->count = le32(h->count);
	h->entry_bytes = le32(h->entry_bytes);
	h->entries_crc = le32(h->entries_crc);
}

static uint32_t unit_bytes(const struct disk_table *t) { return t->unit * SECTOR; }
static uint64_t units(const struct disk_table *t) { return t->sectors / t->unit; }

static uint64_t units_of(const struct disk_table *t, uint64_t count, uint32_t entry_bytes)
{
	return (count * entry_bytes + unit_bytes(t) - 1) / unit_bytes(t);
}

/* Are entries and partitions in the disk, and apart from each other and from both headers? */
static bool has_room(const struct disk_table *t, const struct gpt_header *h)
{
	uint64_t own = units_of(t, h->count, h->entry_bytes), last = units(t) - 1;

	return h->entries > 1 && h->entries < last && own <= last - h->entries
	       && h->first > 1 && h->first <= h->last && h->last < last
	       && (h->entries > h->last || h->entries + own <= h->first);
}

/* Is it the header of the table in unit `own`, as it was written? */
static bool is_header(const uint8_t *sector, uint64_t own, struct gpt_header *h)
{
	uint8_t bytes[SECTOR];

	memcpy(h, sector, sizeof *h);
	to_native(h);
	if (memcmp(h->signature, "EFI PART", sizeof h->signature) != 0 || h->own != own || h->size < HEADER_BYTES
	    || h->size > SECTOR || h->entry_bytes < sizeof(struct gpt_entry) || h->entry_bytes > ENTRY_BYTES_MAX
	    || SECTOR % h->entry_bytes != 0 || h->count > BYTES_MAX / h->entry_bytes)
		return false;
	memcpy(bytes, sector, sizeof bytes);
	memset(bytes + offsetof(struct gpt_header, crc), 0, sizeof h->crc);
	return ~crc32(~0u, bytes, h->size) == h->crc;
}

/* In units, as all numbers of a table. */
static const char *check_place(const struct disk_table *t, uint64_t first, uint64_t last)
{
	if (first > last)
		return "it has no sectors";
	if (last >= units(t))
		return "it ends beyond the end of the disk";
	return first < t->first || last > t->last ? "it has sectors in common with the table" : 0;
}

static struct disk_part part_of(const struct disk_table *t, uint64_t first, uint64_t last)
{
	return (struct disk_part){ first * t->unit, (last - first + 1) * t->unit };
}

static bool is_wanted(const struct disk_table *t, const struct look *l, const struct gpt_entry *e)
{
	struct disk_part part = part_of(t, e->first, e->last);

	return l->wanted(&part);
}

static void look_at(const struct disk_table *t, struct look *l, unsigned number, const uint8_t *bytes)
{
	static const uint8_t unused[16];
	struct gpt_entry e;

	memcpy(&e, bytes, sizeof e);
	e.first = le64(e.first);
	e.last = le64(e.last);
	if (l->found || memcmp(e.type, unused, sizeof unused) == 0)
		return;
	if (l->compares)
		l->found = number != l->number && e.first <= l->last && e.last >= l->first;
	else if (l->wanted)
		l->found = !check_place(t, e.first, e.last) && is_wanted(t, l, &e);
	else
		l->found = number == l->number;
	if (l->found && !l->compares)
		*l = (struct look){ .number = number, .found = true, .first = e.first, .last = e.last };
}

/* The entries from number i + 1 on. */
static bool read_window(const struct disk_table *t, uint32_t i)
{
	uint64_t at = (uint64_t)i * t->entry_bytes / unit_bytes(t);
	uint64_t left = units_of(t, t->count, t->entry_bytes) - at;
	size_t bytes = left < sizeof window / unit_bytes(t) ? (size_t)left * unit_bytes(t) : sizeof window;

	return t->read((t->entries + at) * t->unit, window, bytes);
}

/* All entries of the GPT, in their order. */
static const char *look_through(const struct disk_table *t, struct look *l)
{
	uint32_t crc = ~0u, at_once = sizeof window / t->entry_bytes;

	for (uint32_t i = 0; i < t->count; i++) {
		const uint8_t *at = window + i % at_once * t->entry_bytes;

		if (i % at_once == 0 && !read_window(t, i))
			return disk_table_unread;
		crc = crc32(crc, at, t->entry_bytes);
		look_at(t, l, i + 1, at);
	}
	return ~crc == t->crc ? 0 : disk_table_damaged;
}

/* The table whose header is in unit `own`. */
static const char *open_gpt(struct disk_table *t, uint64_t own)
{
	struct look nothing = { .found = true };
	struct gpt_header h;

	if (!t->read(own * t->unit, window, unit_bytes(t)))
		return disk_table_unread;
	if (!is_header(window, own, &h) || !has_room(t, &h))
		return disk_table_damaged;
	t->is_gpt = true;
	t->count = h.count;
	t->entries = h.entries;
	t->first = h.first;
	t->last = h.last;
	t->entry_bytes = h.entry_bytes;
	t->crc = h.entries_crc;
	return look_through(t, &nothing);
}

/* ---- both ---- */

const char *disk_table_open(struct disk_table *t)
{
	const char *first, *second;
	bool primary, protects;

	t->is_gpt = false;
	if (units(t) < 2)
		return "the disk is too small for a table";
	if (!t->read(0, window, unit_bytes(t)))
		return disk_table_unread;
	primary = read_primary(t, window, &protects);
	t->count = DISK_TABLE_PRIMARY;
	t->first = 1;
	t->last = units(t) - 1;
	if (primary && !protects)
		return 0;
	first = open_gpt(t, 1);
	second = first ? open_gpt(t, units(t) - 1) : 0;
	if (!first || !second)
		return 0;
	if (first == disk_table_unread || second == disk_table_unread)
		return disk_table_unread;
	return protects || t->is_gpt ? disk_table_damaged : "the disk has no table of partitions";
}

static bool is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

static const char *primary_part(const struct disk_table *t, unsigned number, struct disk_part *part)
{
	const struct disk_part *own = &t->primary[number - 1].part;
	uint64_t end = own->first + own->sectors;	/* numbers of 32 bits */

	if (t->primary[number - 1].type == 0)
		return "there is no such partition";
	if (is_extended(t->primary[number - 1].type))
		return "it is an extended one, and only primary ones can be used";
	*part = (struct disk_part){ own->first * t->unit, own->sectors * t->unit };
	return own->sectors == 0 ? check_place(t, 1, 0) : check_place(t, own->first, end - 1);
}

static bool primary_is_shared(const struct disk_table *t, unsigned number)
{
	const struct disk_part *own = &t->primary[number - 1].part;

	for (unsigned i = 0; i < DISK_TABLE_PRIMARY; i++) {
		const struct disk_part *p = &t->primary[i].part;

		if (i != number - 1 && t->primary[i].type != 0 && p->first < own->first + own->sectors
		    && own->first < p->first + p->sectors)
			return true;
	}
	return false;
}

static const char *gpt_part(const struct disk_table *t, unsigned number, struct disk_part *part)
{
	struct look l = { .number = number };
	const char *wrong = look_through(t, &l);

	if (wrong)
		return wrong;
	if (!l.found)
		return "there is no such partition";
	wrong = check_place(t, l.first, l.last);
	if (wrong)
		return wrong;
	*part = part_of(t, l.first, l.last);
	l.compares = true;
	l.found = false;
	wrong = look_through(t, &l);
	return wrong || !l.found ? wrong : shared;
}

const char *disk_table_part(const struct disk_table *t, unsigned number, struct disk_part *part)
{
	const char *wrong;

	if (number == 0 || number > t->count)
		return "there is no such partition";
	if (t->is_gpt)
		return gpt_part(t, number, part);
	wrong = primary_part(t, number, part);
	return !wrong && primary_is_shared(t, number) ? shared : wrong;
}

unsigned disk_table_find(const struct disk_table *t, bool (*wanted)(const struct disk_part *part))
{
	struct look l = { .wanted = wanted };
	struct disk_part part;

	if (t->is_gpt)
		return !look_through(t, &l) && l.found ? l.number : 0;
	for (unsigned number = 1; number <= t->count; number++)
		if (!primary_part(t, number, &part) && wanted(&part))
			return number;
	return 0;
}
