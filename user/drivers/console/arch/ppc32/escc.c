/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * escc.c - see escc.h. Registers as in the manual of the Z8530: of one address, number first. The kernel has
 * set up speed and format. Its transmitter interrupts when a byte has left it, not when it is idle: the first
 * bytes are sent without an interrupt.
 */
#include <pecan/mmio.h>
#include <pecan/powerpc/macio.h>

#include "../../uart.h"
#include "escc.h"

enum {
	WR_COMMAND = 0, WR_INTERRUPTS = 1, WR_RECEIVER = 3, WR_MASTER = 9, RR_STATUS = 0, SPEED_LOW = 12,

	SENT_SEEN = 0x28,		/* commands: end the interrupt of the transmitter */
	ERROR_SEEN = 0x30,		/* and the state after a receive error */
	ON_SENT = 0x02, ON_RECEIVED = 0x10,
	RECEIVER_8_BITS = 0xc1, MASTER_ENABLE = 0x08,

	BATCH = 64,			/* bytes sent in one go, where the line is that fast: an emulator's */
	RECEIVE_BOUND = 256,		/* bytes taken in one interrupt, against a babbling line */
};

static char *escc;

static void set(uint8_t reg, uint8_t value)
{
	if (reg != WR_COMMAND)
		mmio_write8(escc + ESCC_CONTROL, reg);
	mmio_write8(escc + ESCC_CONTROL, value);
}

static uint8_t get(uint8_t reg)
{
	if (reg != RR_STATUS)
		mmio_write8(escc + ESCC_CONTROL, reg);
	return mmio_read8(escc + ESCC_CONTROL);
}

/* The speed's lower byte can be read again. */
static bool answers(void)
{
	uint8_t before = get(SPEED_LOW);
	bool same;

	set(SPEED_LOW, before ^ 0x5a);
	same = get(SPEED_LOW) == (before ^ 0x5a);
	set(SPEED_LOW, before);
	return same;
}

bool escc_init(void *registers)
{
	escc = registers;
	if (!answers())
		return false;
	uart_is_present();
	set(WR_COMMAND, SENT_SEEN);
	set(WR_RECEIVER, RECEIVER_8_BITS);
	set(WR_INTERRUPTS, ON_RECEIVED);
	set(WR_MASTER, MASTER_ENABLE);
	return true;
}

/* The interrupt is on before a byte is sent that is not the last. */
static void send_some(void)
{
	char byte;

	set(WR_COMMAND, SENT_SEEN);
	set(WR_INTERRUPTS, ON_RECEIVED | ON_SENT);
	for (unsigned i = 0; i < BATCH && (get(RR_STATUS) & ESCC_SENT) && uart_take(&byte); i++)
		mmio_write8(escc + ESCC_DATA, (uint8_t)byte);
	if (!uart_is_empty())
		return;
	set(WR_INTERRUPTS, ON_RECEIVED);
	set(WR_COMMAND, SENT_SEEN);
}

void uart_begin(void) { send_some(); }

void escc_interrupt(void (*received)(unsigned char))
{
	for (unsigned i = 0; i < RECEIVE_BOUND && (get(RR_STATUS) & ESCC_RECEIVED); i++)
		received(mmio_read8(escc + ESCC_DATA));
	set(WR_COMMAND, ERROR_SEEN);
	if (!uart_is_empty())
		send_some();
}
