/* SPDX-License-Identifier: BSD-2-Clause */
/* turns.h - several machines run in turns: each waits at HLT for its turn (bench/linux/gate.py). */
#ifndef BENCH_SCOPE_TURNS_H
#define BENCH_SCOPE_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Connects to the socket at path. Returns false, with a message, if that fails. */
bool turns_connect(const char *path);

/* Returns true if this instruction is HLT, and turns_connect was called. */
bool turns_is_end(const uint8_t *bytes, size_t len);

/* Ends the turn: sends a byte, and returns when one has come, or when the other side has ended. */
void turns_end(unsigned vcpu, void *unused);

#endif
