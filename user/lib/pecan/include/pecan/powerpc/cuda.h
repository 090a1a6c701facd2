/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cuda.h - packets for CUDA, the microcontroller of a Power Mac that has clock and power switch: by polling,
 * without its interrupt. For drivers and root.
 */
#ifndef PECAN_CUDA_H
#define PECAN_CUDA_H

#include <stdint.h>

enum { CUDA_PACKET = 1, CUDA_GET_TIME = 3, CUDA_POWER_DOWN = 10, CUDA_RESET = 17, CUDA_REPLY = 16 };

/*
 * Sends a packet of so many bytes to CUDA, whose VIA is mapped at `via`, and gets its reply. Returns the
 * number of bytes of the reply, or 0 if CUDA does not answer in time. It sleeps meanwhile.
 */
unsigned cuda_exchange(void *via, const uint8_t *packet, unsigned bytes, uint8_t reply[CUDA_REPLY]);

#endif
