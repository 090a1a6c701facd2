/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bytes.c - what devices and networks see, as bytes: the same on a machine of either byte order. This program
 * runs on the host and, big-endian, by qemu-ppc.
 */
#include "harness.h"
#include <pecan/endian.h>
#include <pecan/mmio.h>
#include <pecan/virtq.h>
#include <servers/net/base/checksum.h>
#include <string.h>

enum { SIZE = 4, ADDRESS = 0x12345000 };

static unsigned char memory[512];

static struct virtq begin(void)
{
	struct virtq q;

	memset(memory, 0, sizeof memory);
	CHECK(virtq_bytes(SIZE) <= sizeof memory);
	virtq_init(&q, SIZE, memory, ADDRESS);
	return q;
}

static const unsigned char *avail(const struct virtq *q) { return memory + (q->physical_avail - ADDRESS); }
static unsigned char *used(const struct virtq *q) { return memory + (q->physical_used - ADDRESS); }

static bool is(const unsigned char *at, const char *bytes, size_t n) { return memcmp(at, bytes, n) == 0; }

TEST(HORD0001, "le16, le32 and le64 make the lowest byte the first, be16 and be32 the last, and back again")
{
	uint16_t a = le16(0x0102), d = be16(0x0102);
	uint32_t b = le32(0x01020304), e = be32(0x01020304);
	uint64_t c = le64(0x0102030405060708);

	CHECK(is((void *)&a, "\2\1", 2) && is((void *)&b, "\4\3\2\1", 4));
	CHECK(is((void *)&c, "\10\7\6\5\4\3\2\1", 8));
	CHECK(is((void *)&d, "\1\2", 2) && is((void *)&e, "\1\2\3\4", 4));
	CHECK(le16(a) == 0x0102 && le32(b) == 0x01020304 && le64(c) == 0x0102030405060708);
	CHECK(be16(d) == 0x0102 && be32(e) == 0x01020304);
}

TEST(HORD0002, "registers of devices are little-endian")
{
	unsigned char reg[8] = { 0 };

	mmio_write32(reg, 0x01020304);
	mmio_write16(reg + 4, 0x0506);
	mmio_write8(reg + 6, 7);
	CHECK(is(reg, "\4\3\2\1\6\5\7\0", 8));
	CHECK(mmio_read32(reg) == 0x01020304 && mmio_read16(reg + 4) == 0x0506 && mmio_read8(reg + 6) == 7);
}

TEST(HORD0003, "a chain in a virtqueue: descriptors, ring and index as virtio 1.0 has them in memory")
{
	static const struct virtq_part part[] = {
		{ 0x1122334455667788, 0x10203, false }, { 0x99, 0x200, true },
	};
	struct virtq q = begin();

	CHECK(virtq_add(&q, part, 2) == 0);
	CHECK(is(memory, "\x88\x77\x66\x55\x44\x33\x22\x11\3\2\1\0\1\0\1\0", 16));
	CHECK(is(memory + 16, "\x99\0\0\0\0\0\0\0\0\2\0\0\2\0", 14));
	CHECK(is(avail(&q), "\0\0\1\0\0\0", 6));
	CHECK(virtq_add(&q, part, 1) == 2);
	CHECK(is(avail(&q), "\0\0\2\0\0\0\2\0", 8));
	virtq_want_interrupts(&q, false);
	CHECK(is(avail(&q), "\1\0", 2));
}

TEST(HORD0004, "flag, index, head and length that the device writes into a virtqueue are read as it does")
{
	static const struct virtq_part part = { 0x99, 0x200, true };
	struct virtq q = begin();
	uint32_t written = 0;

	CHECK(virtq_add(&q, &part, 1) == 0 && virtq_take(&q, &written) == VIRTQ_NONE);
	CHECK(virtq_wants_notice(&q));
	memcpy(used(&q), "\1\0\1\0\0\0\0\0\1\2\0\0", 12);
	CHECK(!virtq_wants_notice(&q));
	CHECK(virtq_take(&q, &written) == 0 && written == 0x201);
	CHECK(virtq_take(&q, &written) == VIRTQ_NONE);
}

/* RFC 1071, by pairs of bytes. */
static uint16_t sum_of(const unsigned char *p, int n)
{
	uint32_t sum = 0;

	for (int i = 0; i < n; i += 2)
		sum += (uint32_t)p[i] << 8 | (i + 1 < n ? p[i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

TEST(HORD0005, "the Internet checksum of up to 80 bytes, at each offset of eight, in network order")
{
	unsigned char data[96];

	for (unsigned i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)(i * 151 + 7);
	for (int at = 0; at < 8; at++)
		for (int n = 0; n <= 80; n++)
			CHECK(be16(net_checksum(data + at, n)) == sum_of(data + at, n));
}

TEST(HORD0006, "the Internet checksum if the sum of all carries has a carry itself")
{
	unsigned char data[160];
	int size = sizeof data;

	for (int ones = 0; ones < size; ones += 8)
		for (int n = ones; n <= size; n++) {
			memset(data, 0xff, (size_t)ones);
			memset(data + ones, 0, (size_t)(size - ones));
			data[be16(1) == 1 ? ones + 7 : ones] = 1;	/* after words of ones, the word 1 */
			CHECK(be16(net_checksum(data, n)) == sum_of(data, n));
		}
}
