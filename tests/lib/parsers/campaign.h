/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * campaign.h - rounds in which a parser reads an image that was changed at random, for the rows boot-parsers
 * and image-parsers of tests/guest/attack/table.py. Round n changes the same each time: ROUND=n in the
 * environment plays that one alone, in this process (for gdb).
 *
 * A round has failed that ends its process (a sanitizer's report, an assertion), that calls campaign_fail, or
 * that does not end within CAMPAIGN_STEPS: basic blocks of the files that are built with trace-pc
 * (tests/core/parsers/rules.mk, tests/lib/rules.mk).
 */
#ifndef TESTS_CAMPAIGN_H
#define TESTS_CAMPAIGN_H

#include <stddef.h>
#include <stdint.h>

enum { CAMPAIGN_STEPS = 5 * 1000 * 1000 };

/* A structure of the image: the bytes of each of its fields, as digits. */
struct part { unsigned char *at; const char *fields; };

/* Plays so many rounds; returns how many have failed. Each is named, with why. */
unsigned long campaign(unsigned long rounds, void (*play)(void));

_Noreturn void campaign_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A number below n, which is not 0. */
unsigned campaign_below(unsigned n);

/* The number of the round. */
unsigned long campaign_round(void);

/*
 * Changes one field of one of n parts to a value at an edge, to another field's, or by a little; never to the
 * one that it has. Which one and how is chosen by the number of the round: each field has each kind of value
 * once before any again (CAMPAIGN_IMAGES images take turns); campaign_any_field: at random. base: address 0
 * of the image.
 */
enum { CAMPAIGN_IMAGES = 2 };
void campaign_field(const struct part *part, unsigned n, const unsigned char *base);
void campaign_any_field(const struct part *part, unsigned n, const unsigned char *base);

/* Changes bytes in [at, at + size): a bit, a byte, some of them to one value, or to what others are. */
void campaign_bytes(unsigned char *at, size_t size);

#endif
