/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scsi.c - see scsi.h.
 */
#include <string.h>

#include "scsi.h"

enum {
	TEST_UNIT_READY = 0x00, REQUEST_SENSE = 0x03, INQUIRY = 0x12, MODE_SENSE = 0x1a, READ_CAPACITY = 0x25,
	READ_10 = 0x28, WRITE_10 = 0x2a, FLUSH_10 = 0x35, READ_16 = 0x88, WRITE_16 = 0x8a, SERVICE_IN = 0x9e,
	CAPACITY_LONG = 0x10, SHORT = 6, MIDDLE = 10, LONG = 16,
	SENSE_BYTES = 18, INQUIRY_BYTES = 36, MODE_BYTES = 4, SIZE_BYTES = 8, SIZE_LONG_BYTES = 32,
	ALL_PAGES = 0x3f,
};

/* Of answers. */
enum {
	SENSE_FORMAT = 0x7f, SENSE_FIXED = 0x70, SENSE_KEY = 2, KEY = 0xf, SENSE_LENGTH = 7, SENSE_CODE = 12,
	SENSE_DETAIL = 13, NOT_READY = 2, ILLEGAL_REQUEST = 5, UNIT_ATTENTION = 6, ABORTED = 0xb,
	MEDIUM_CHANGED = 0x28, MEDIUM_ABSENT = 0x3a, UNKNOWN_COMMAND = 0x20, NO_SENSE = 0, BECOMES_READY = 0x04,
	INQUIRY_LEAST = 5, KIND = 0x1f, QUALIFIER = 0xe0, MODE_STATE = 2, READ_ONLY = 0x80, SIZE_LONG_LEAST = 12,
};

const struct scsi_command scsi_ready = { { TEST_UNIT_READY }, SHORT, 0 };
const struct scsi_command scsi_inquiry = { { INQUIRY, [4] = INQUIRY_BYTES }, SHORT, INQUIRY_BYTES };
const struct scsi_command scsi_sense = { { REQUEST_SENSE, [4] = SENSE_BYTES }, SHORT, SENSE_BYTES };
const struct scsi_command scsi_capacity = { { READ_CAPACITY }, MIDDLE, SIZE_BYTES };
const struct scsi_command scsi_capacity_long = {
	{ SERVICE_IN, CAPACITY_LONG, [13] = SIZE_LONG_BYTES }, LONG, SIZE_LONG_BYTES,
};
const struct scsi_command scsi_mode = {
	{ MODE_SENSE, [2] = ALL_PAGES, [4] = MODE_BYTES }, SHORT, MODE_BYTES,
};
const struct scsi_command scsi_flush = { { FLUSH_10 }, MIDDLE, 0 };

static void put(uint8_t *to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static uint64_t get(const uint8_t *from, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value = value << 8 | from[i];
	return value;
}

struct scsi_command scsi_transfer(bool write, uint64_t sector, uint32_t sectors)
{
	struct scsi_command c = { { write ? WRITE_10 : READ_10 }, MIDDLE, 0 };

	if ((sector + sectors - 1) >> 32 == 0) {
		put(c.block + 2, sector, 4);
		put(c.block + 7, sectors, 2);
	} else {
		c.block[0] = write ? WRITE_16 : READ_16;
		c.bytes = LONG;
		put(c.block + 2, sector, 8);
		put(c.block + 10, sectors, 4);
	}
	return c;
}

enum scsi_why scsi_why(const uint8_t *answer, unsigned bytes)
{
	unsigned key, code;

	if (bytes <= SENSE_LENGTH || (answer[0] & SENSE_FORMAT) != SENSE_FIXED)
		return SCSI_ERROR;
	key = answer[SENSE_KEY] & KEY;
	code = bytes > SENSE_CODE ? answer[SENSE_CODE] : 0;
	if (key == UNIT_ATTENTION)
		return code == MEDIUM_CHANGED ? SCSI_OTHER_MEDIUM : SCSI_AGAIN;
	if (key == NOT_READY)
		return code == MEDIUM_ABSENT ? SCSI_NO_MEDIUM : code == BECOMES_READY ? SCSI_AGAIN : SCSI_ERROR;
	if (key == ILLEGAL_REQUEST)
		return code == UNKNOWN_COMMAND ? SCSI_UNKNOWN : SCSI_ERROR;
	return key == ABORTED || key == NO_SENSE ? SCSI_AGAIN : SCSI_ERROR;
}

bool scsi_is_disk(const uint8_t *answer, unsigned bytes)
{
	return bytes >= INQUIRY_LEAST && (answer[0] & (KIND | QUALIFIER)) == 0;
}

bool scsi_is_read_only(const uint8_t *answer, unsigned bytes)
{
	return bytes > MODE_STATE && answer[MODE_STATE] & READ_ONLY;
}

bool scsi_size(const uint8_t *answer, unsigned bytes, struct scsi_size *size)
{
	if (bytes < SIZE_BYTES)
		return false;
	size->sectors = get(answer, 4) == UINT32_MAX ? ~(uint64_t)0 : get(answer, 4) + 1;
	size->sector_bytes = (uint32_t)get(answer + 4, 4);
	return true;
}

bool scsi_size_long(const uint8_t *answer, unsigned bytes, struct scsi_size *size)
{
	if (bytes < SIZE_LONG_LEAST)
		return false;
	size->sectors = get(answer, 8) + 1;		/* 0: it would have 2^64 */
	size->sector_bytes = (uint32_t)get(answer + 8, 4);
	return true;
}
