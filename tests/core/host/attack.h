/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attack.h - rows of the table of attacks (tests/guest/attack/table.py) that are played on the host.
 */
#ifndef ATTACK_H
#define ATTACK_H

/* The number of rounds that ROUNDS in the environment asks for; without it `otherwise`. */
unsigned long attack_rounds(unsigned long otherwise);

/* Print the row's line; if value is not 0, the test fails. */
void attack_figure(const char *row, unsigned long rounds, unsigned long value);

#endif
