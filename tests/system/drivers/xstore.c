/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xstore.c - see xstore.h.
 */
#include <string.h>
#include "machine.h"
#include "xdev.h"
#include "xstore.h"

enum {
	IN = 3, OUT = 4,		/* its endpoints, as contexts number them */
	NORMAL = 1, NOTIFY = 1 << 5, COMMAND_BYTES = 31, STATUS_BYTES = 13, LIMIT = 1 << 16,
	SUCCESS = 1, BABBLE = 3, LINE_ERROR = 4, STALL = 6, SHORT = 13,
	NOT_READY = 2, ILLEGAL = 5,
};

static uint64_t number(const uint8_t *from, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value = value << 8 | from[i];
	return value;
}

static void put(uint8_t *to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

/* ---- commands ---- */

static void refuse(struct xstore *s, unsigned key, unsigned code)
{
	s->refused = true;
	s->key = (uint8_t)key;
	s->code = (uint8_t)code;
}

static void transfer(struct xstore *s, bool write, uint64_t sector, uint64_t sectors)
{
	if (sectors == 0 || sector >= s->sectors || sectors > s->sectors - sector
	    || s->asked != sectors * s->sector_bytes || s->in == write)
		kernel_stop("a command for sectors that there are not, or with another length than theirs");
	s->reads += !write;
	s->writes += write;
	s->longest = s->asked > s->longest ? s->asked : s->longest;
	s->last_sector = sector;
	s->has = s->asked;
	s->from = NULL;
	if (sector * s->sector_bytes + s->asked <= XSTORE_BYTES)
		s->from = s->bytes + sector * s->sector_bytes;
	if (!s->from && write)
		kernel_stop("sectors are written that the test has not");
	if (!s->from)
		s->from = s->bytes;
}

static void answer(struct xstore *s, unsigned bytes)
{
	s->from = s->answer;
	s->has = bytes;
}

static void size_long(struct xstore *s)
{
	put(s->answer, s->sectors - 1, 8);
	put(s->answer + 8, s->sector_bytes, 4);
	answer(s, 32);
}

static void size(struct xstore *s)
{
	put(s->answer, s->sectors - 1 > 0xffffffff ? 0xffffffff : s->sectors - 1, 4);
	put(s->answer + 4, s->sector_bytes, 4);
	answer(s, 8);
}

static void sense(struct xstore *s)
{
	s->answer[0] = 0x70;
	s->answer[2] = s->key;
	s->answer[7] = 10;
	s->answer[12] = s->code;
	answer(s, 18);
}

static void ready(struct xstore *s)
{
	if (s->no_medium)
		refuse(s, NOT_READY, 0x3a);
	else if (s->unready > 0 && s->unready-- > 0)
		refuse(s, NOT_READY, 4);
}

static void execute(struct xstore *s)
{
	const uint8_t *b = s->block;

	memset(s->answer, 0, sizeof(s->answer));
	s->has = 0;
	s->refused = false;
	switch (b[0]) {
	case 0x00: ready(s); break;
	case 0x03: sense(s); break;
	case 0x12:
		s->answer[0] = s->kind;
		answer(s, 36);
		break;
	case 0x1a:
		s->answer[2] = s->read_only ? 0x80 : 0;
		answer(s, 4);
		if (s->no_mode)
			refuse(s, ILLEGAL, 0x20);
		break;
	case 0x25: size(s); break;
	case 0x9e: size_long(s); break;
	case 0x28: case 0x2a: transfer(s, b[0] == 0x2a, number(b + 2, 4), number(b + 7, 2)); break;
	case 0x88: case 0x8a: transfer(s, b[0] == 0x8a, number(b + 2, 8), number(b + 10, 4)); break;
	case 0x35:
		s->flushes++;
		if (s->no_flush)
			refuse(s, ILLEGAL, 0x20);
		break;
	default: kernel_stop("a command that no disk knows");
	}
	if (s->now == XSTORE_REFUSE)
		s->refused = true;
	if (s->refused)
		s->has = 0;
}

/* ---- the transport ---- */

/* The next block at an endpoint, of memory that the controller reaches. */
static bool next(struct xdev *x, unsigned slot, unsigned endpoint, struct xdev_trb *t, uint64_t *at)
{
	if (x->halted[slot][endpoint] || !xdev_take(&x->endpoint[slot][endpoint], t, at))
		return false;
	if ((t->head >> 10 & 0x3f) != NORMAL || !(t->head & NOTIFY) || t->state > LIMIT
	    || t->at % LIMIT + t->state > LIMIT || !in_a_block(t->at, t->state))
		kernel_stop("a transfer is not asked for as it should be");
	if (x->host_resets[slot][endpoint] != x->device_resets[slot][endpoint])
		kernel_stop("one side of an endpoint has begun again, the other has not");
	return true;
}

static void end(struct xdev *x, unsigned slot, unsigned endpoint, uint64_t at, uint32_t state)
{
	unsigned code = state >> 24;

	x->halted[slot][endpoint] = code != SUCCESS && code != SHORT;
	xdev_complete(x, XDEV_TRANSFER, at, state, slot << 24 | endpoint << 16);
}

static void begin_command(struct xstore *s, const uint8_t *b)
{
	static const uint8_t sign[] = { 'U', 'S', 'B', 'C' };

	if (memcmp(b, sign, 4) != 0 || b[13] != 0 || (b[14] != 6 && b[14] != 10 && b[14] != 16) || b[12] & 0x7f)
		kernel_stop("a command that is none");
	memcpy(&s->tag, b + 4, 4);
	memcpy(&s->asked, b + 8, 4);
	s->in = b[12] & 0x80;
	memset(s->block, 0, sizeof(s->block));
	memcpy(s->block, b + 15, b[14]);
	s->now = XSTORE_NO_LIE;
	s->stalled = false;
	if (s->lies > 0 && s->block[0] == s->operation) {
		s->lies--;
		s->now = s->lie;
	}
}

static void take_command(struct xdev *x, unsigned slot, struct xstore *s, const struct xdev_trb *t,
			 uint64_t at)
{
	if (t->state != COMMAND_BYTES)
		kernel_stop("a command of another length");
	begin_command(s, (const uint8_t *)t->at);
	if (s->now == XSTORE_STUCK_COMMAND) {
		s->state = XSTORE_STUCK;
		return;
	}
	if (s->now == XSTORE_STALL_COMMAND) {
		end(x, slot, OUT, at, STALL << 24 | COMMAND_BYTES);
		return;
	}
	execute(s);
	s->residue = s->asked - s->has;
	s->state = s->now == XSTORE_STUCK_DATA ? XSTORE_STUCK : s->asked > 0 ? XSTORE_DATA : XSTORE_STATUS;
	end(x, slot, OUT, at, SUCCESS << 24);
}

/* How many bytes are moved; *code: of the end. */
static uint32_t moved(struct xstore *s, unsigned *code)
{
	uint32_t bytes = s->has;

	*code = bytes < s->asked ? SHORT : SUCCESS;
	switch (s->now) {
	case XSTORE_STALL_DATA: bytes /= 2; *code = STALL; break;
	case XSTORE_BABBLE: *code = BABBLE; break;
	case XSTORE_LINE_ERROR: bytes = 0; *code = LINE_ERROR; break;
	case XSTORE_SHORT_RESIDUE: case XSTORE_SHORT_SILENT: bytes /= 2; *code = SHORT; break;
	case XSTORE_NO_DATA: bytes = 0; *code = SHORT; break;
	default: break;
	}
	return bytes;
}

static void move(struct xdev *x, unsigned slot, struct xstore *s, const struct xdev_trb *t, uint64_t at)
{
	unsigned code;
	uint32_t bytes = moved(s, &code), left = t->state - bytes;

	if (t->state != s->asked)
		kernel_stop("another length of data than that of its command");
	if (s->in)
		memcpy((void *)t->at, s->from, bytes);
	else
		memcpy(s->from, (void *)t->at, bytes);
	if (s->now != XSTORE_SHORT_SILENT)
		s->residue = left;
	s->state = XSTORE_STATUS;
	if (s->now == XSTORE_LEFT_HUGE)
		left = 0xffffff;
	end(x, slot, s->in ? IN : OUT, at, code << 24 | left);
}

static void send_status(struct xdev *x, unsigned slot, struct xstore *s, const struct xdev_trb *t,
			uint64_t at)
{
	uint8_t status[STATUS_BYTES] = { 'U', 'S', 'B', 'S' };
	uint32_t bytes = sizeof(status);

	if (t->state != STATUS_BYTES)
		kernel_stop("a status of another length");
	if (s->now == XSTORE_STALL_STATUS || s->now == XSTORE_STALL_STATUS_TWICE) {
		s->now = s->now == XSTORE_STALL_STATUS_TWICE && !s->stalled ? s->now : XSTORE_NO_LIE;
		s->stalled = true;
		end(x, slot, IN, at, STALL << 24 | STATUS_BYTES);
		return;
	}
	memcpy(status + 4, &s->tag, 4);
	memcpy(status + 8, &s->residue, 4);
	status[12] = s->refused;
	switch (s->now) {
	case XSTORE_SIGN: status[3] = 'C'; break;
	case XSTORE_TAG: status[4] ^= 1; break;
	case XSTORE_RESIDUE: put(status + 8, 0xffffffff, 4); break;
	case XSTORE_PHASE: status[12] = 2; break;
	case XSTORE_STATUS_HUGE: status[12] = 0xff; break;
	case XSTORE_STATUS_SHORT: bytes = 12; break;
	case XSTORE_STATUS_NONE: bytes = 0; break;
	default: break;
	}
	memcpy((void *)t->at, status, bytes);
	s->state = XSTORE_COMMAND;
	end(x, slot, IN, at, (bytes < STATUS_BYTES ? SHORT : SUCCESS) << 24 | (STATUS_BYTES - bytes));
}

void xstore_ring(struct xdev *x, unsigned slot, struct xstore *s)
{
	struct xdev_trb t;
	uint64_t at;

	if (s->state == XSTORE_STATUS && s->now == XSTORE_STUCK_STATUS)
		s->state = XSTORE_STUCK;
	if (s->state == XSTORE_COMMAND && next(x, slot, OUT, &t, &at))
		take_command(x, slot, s, &t, at);
	else if (s->state == XSTORE_DATA && next(x, slot, s->in ? IN : OUT, &t, &at))
		move(x, slot, s, &t, at);
	else if (s->state == XSTORE_STATUS && next(x, slot, IN, &t, &at))
		send_status(x, slot, s, &t, at);
}

/* ---- the device ---- */

void xstore_reset(struct xstore *s) { s->state = XSTORE_COMMAND; }

unsigned xstore_serial(const struct xstore *s, const uint8_t **text)
{
	static uint8_t serial[2 + 2 * XSTORE_SERIAL];

	serial[0] = (uint8_t)(2 + 2 * strlen(s->serial));
	for (unsigned i = 0; s->serial[i]; i++)
		serial[2 + 2 * i] = (uint8_t)s->serial[i];
	*text = serial;
	return s->serial[0] ? serial[0] : 0;
}

bool xstore_bulk_reset(struct xstore *s)
{
	s->resets++;
	s->state = XSTORE_COMMAND;
	return !s->keeps_resets;
}

void xstore_begin(struct xstore *s, uint64_t sectors)
{
	memset(s, 0, sizeof(*s));
	s->sectors = sectors;
	s->sector_bytes = 512;
	strcpy(s->serial, "0123456789AB");
}

struct xdev_device xstore_device(struct xstore *s, unsigned speed)
{
	static const uint8_t text[] = {
		9, 2, 32, 0, 1, 1, 0, 0xc0, 0, 9, 4, 0, 0, 2, 8, 6, 0x50, 0,
		7, 5, 0x81, 2, 0, 2, 0, 7, 5, 0x02, 2, 0, 2, 0,
	};
	struct xdev_device d = { .speed = speed, .packet = 64, .bytes = sizeof(text), .store = s };

	memcpy(d.text, text, sizeof(text));
	if (speed == XDEV_SUPER)
		d.text[18 + 5] = d.text[25 + 5] = 4;
	if (speed == XDEV_FULL) {
		d.text[18 + 4] = d.text[25 + 4] = 64;
		d.text[18 + 5] = d.text[25 + 5] = 0;
	}
	return d;
}
