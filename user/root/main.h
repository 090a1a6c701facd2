/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.h - the message loop: it receives one message, sends one answer, and never waits for a client.
 */
#ifndef ROOT_MAIN_H
#define ROOT_MAIN_H

#include <l4/message.h>
#include <x2/word.h>

/*
 * Serve the message in the message registers. Returns true if they contain the answer now. `last`: refuse the
 * message if there is too little memory, do not keep it (backlog.h).
 */
bool serve_client(l4_word_t from, L4_MsgTag_t tag, bool last);

#endif
