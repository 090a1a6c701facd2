/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - a page of low memory for enter.S and refill.c: the special registers, and registers of C.
 */
#ifndef HASH_HOST_H
#define HASH_HOST_H

#define HOST_PA		0x6000
#define HOST_SPRG	0		/* four words */
#define HOST_SRR0	16
#define HOST_SRR1	20
#define HOST_DSISR	24
#define HOST_DAR	28
#define HOST_R1		32		/* of C */
#define HOST_R2		36
#define HOST_R13	40
#define HOST_ARGUMENT	44
#define HOST_SAVED	64		/* 18 words */
#define HOST_REGISTERS	256		/* R0 to R31, LR, CTR, CR, XER of user code */

#endif
