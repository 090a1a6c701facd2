/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scsi.h - the commands of disks (SPC-4, SBC-3) as bytes, and what their answers say. Numbers in them have
 * their highest byte first.
 */
#ifndef XHCI_SCSI_H
#define XHCI_SCSI_H

#include <stdbool.h>
#include <stdint.h>

enum { SCSI_BLOCK = 16, SCSI_ANSWER = 36 };	/* bytes of the longest command, and of the longest answer */

/* A command. bytes: of its own; answer: bytes that it asks for. */
struct scsi_command { uint8_t block[SCSI_BLOCK]; unsigned bytes, answer; };

extern const struct scsi_command scsi_ready, scsi_inquiry, scsi_sense, scsi_capacity, scsi_capacity_long;
extern const struct scsi_command scsi_mode, scsi_flush;

/* Read or write sectors: by addresses of 32 bits, if they have no more. */
struct scsi_command scsi_transfer(bool write, uint64_t sector, uint32_t sectors);

/* What the answer to scsi_sense says: why the command before it was refused (SPC-4, 4.5). */
enum scsi_why {
	SCSI_AGAIN,			/* it can be executed when it is repeated, now or a little later */
	SCSI_OTHER_MEDIUM,		/* the disk is not the one that it was */
	SCSI_NO_MEDIUM,
	SCSI_UNKNOWN,			/* it has no such command */
	SCSI_ERROR,
};
enum scsi_why scsi_why(const uint8_t *answer, unsigned bytes);

/* Returns true if the answer to scsi_inquiry is that of a disk. */
bool scsi_is_disk(const uint8_t *answer, unsigned bytes);

/* Returns true if the answer to scsi_mode says that the disk cannot be written. */
bool scsi_is_read_only(const uint8_t *answer, unsigned bytes);

/*
 * Take the answer to scsi_capacity, or scsi_capacity_long. Returns false if it is too short. *sectors: ~0:
 * only the other one can say it.
 */
struct scsi_size { uint64_t sectors; uint32_t sector_bytes; };
bool scsi_size(const uint8_t *answer, unsigned bytes, struct scsi_size *size);
bool scsi_size_long(const uint8_t *answer, unsigned bytes, struct scsi_size *size);

#endif
