/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cuda.c - see <pecan/powerpc/cuda.h>. CUDA is connected to the shift register of a VIA 6522; three lines of
 * its port B are the handshake, active low: TREQ is CUDA's, which has a byte to send; TIP is held during a
 * transfer, and TACK changes at each byte after the first. CUDA confirms each change by an interrupt of the
 * shift register.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/mmio.h>
#include <pecan/powerpc/cuda.h>
#include <stdbool.h>

enum {
	REG_B = 0x0000, REG_DIR_B = 0x0400, REG_SHIFT = 0x1400, REG_ACR = 0x1600, REG_IFR = 0x1a00,
	REG_IER = 0x1c00,

	TREQ = 0x08, TACK = 0x10, TIP = 0x20,
	ACR_EXTERNAL = 0x0c, ACR_OUT = 0x10,	/* the shift register: clocked by CUDA, direction */
	IFR_SHIFT = 0x04, IER_NONE = 0x7f,
	WAITS = 200, WAIT_US = 100, LEFT_OVERS = 4,
};

static uint8_t get(char *via, unsigned reg) { return mmio_read8(via + reg); }
static void set(char *via, unsigned reg, unsigned value) { mmio_write8(via + reg, (uint8_t)value); }

/* CUDA has confirmed the last change. */
static bool confirmed(char *via)
{
	for (unsigned i = 0; i < WAITS; i++) {
		if (get(via, REG_IFR) & IFR_SHIFT)
			return true;
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return false;
}

/* No transfer, shift register in. */
static void rest(char *via)
{
	set(via, REG_IER, IER_NONE);
	set(via, REG_DIR_B, (get(via, REG_DIR_B) | TACK | TIP) & ~(unsigned)TREQ);
	set(via, REG_B, get(via, REG_B) | TACK | TIP);
	set(via, REG_ACR, ACR_EXTERNAL);
	(void)get(via, REG_SHIFT);		/* ends its interrupt */
}

static bool has_byte(char *via) { return !(get(via, REG_B) & TREQ); }

static bool send(char *via, const uint8_t *packet, unsigned bytes)
{
	set(via, REG_ACR, ACR_EXTERNAL | ACR_OUT);
	for (unsigned i = 0; i < bytes; i++) {
		set(via, REG_SHIFT, packet[i]);
		set(via, REG_B, i == 0 ? get(via, REG_B) & ~(unsigned)TIP : get(via, REG_B) ^ TACK);
		if (!confirmed(via))
			return false;
	}
	rest(via);
	return confirmed(via);
}

/* The bytes that fit are kept, the others dropped. */
static unsigned receive(char *via, uint8_t reply[CUDA_REPLY])
{
	unsigned n = 0;
	bool more = true;

	rest(via);
	set(via, REG_B, get(via, REG_B) & ~(unsigned)TIP);
	while (more && confirmed(via)) {
		uint8_t byte;

		more = has_byte(via);
		byte = get(via, REG_SHIFT);
		if (n < CUDA_REPLY)
			reply[n++] = byte;
		if (more)
			set(via, REG_B, get(via, REG_B) ^ TACK);
	}
	rest(via);
	confirmed(via);
	return more ? 0 : n;
}

static bool wait_for_reply(char *via)
{
	for (unsigned i = 0; i < WAITS; i++) {
		if (has_byte(via))
			return true;
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return false;
}

unsigned cuda_exchange(void *via, const uint8_t *packet, unsigned bytes, uint8_t reply[CUDA_REPLY])
{
	rest(via);
	for (unsigned i = 0; i < LEFT_OVERS && has_byte(via); i++)
		receive(via, reply);			/* what was not asked for: of a keyboard */
	return send(via, packet, bytes) && wait_for_reply(via) ? receive(via, reply) : 0;
}
