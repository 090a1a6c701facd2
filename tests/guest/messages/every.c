/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * every.c - calls with every kind of field: what the handler gets is what the client gave, and the other way
 * round. Then a server that answers as it should not: the client gets EVERY_LOST and no words.
 */
#include <pecan/thread.h>
#include <proto/every_client.h>
#include <proto/every_server.h>
#include <string.h>

#include "every.h"

struct every_caller { L4_ThreadId_t thread; };

static struct { L4_Word_t word; char text[EVERY_TEXT]; } silent;	/* what came without an answer */

/* ---- the server: it gives back what it got ---- */

enum every_status serve_every_short(struct every_caller *c, const struct every_short_in *in,
				    struct every_short_out *out)
{
	(void)c;
	out->number = -in->number;
	out->thread = in->thread;
	out->sum = in->digit + in->more;
	out->digit = in->digit;
	return in->number == 0 ? EVERY_ERROR : EVERY_OK;
}

enum every_status serve_every_long(struct every_caller *c, const struct every_long_in *in,
				   struct every_long_out *out)
{
	(void)c;
	out->word = in->word;
	memcpy(out->words, in->words, sizeof out->words);
	strcpy(out->text, in->text);
	strcpy(out->rest, in->rest);
	return EVERY_OK;
}

/* With word 0 the answer is sent by itself. */
enum every_status serve_every_packed(struct every_caller *c, const struct every_packed_in *in,
				     struct every_packed_out *out)
{
	out->word = in->word;
	out->flags = in->flags;
	out->data_bytes = in->data_bytes;
	memcpy(out->data, in->data, in->data_bytes);
	if (in->word != 0)
		return EVERY_OK;
	return answer_every_packed(c->thread, EVERY_OK, out) ? EVERY_LATER : EVERY_ERROR;
}

enum every_status serve_every_ending(struct every_caller *c, const struct every_ending_in *in,
				     struct every_ending_out *out)
{
	(void)c;
	out->next = in->next;
	strcpy(out->text, "text");
	return EVERY_OK;
}

void serve_every_silent(struct every_caller *c, const struct every_silent_in *in)
{
	(void)c;
	silent.word = in->word;
	strcpy(silent.text, in->text);
}

static L4_Word_t rights, guarded;		/* of the caller; calls of the guarded request */

bool allow_every(struct every_caller *c, L4_Word_t right)
{
	(void)c;
	return (rights & right) != 0;
}

enum every_status serve_every_guarded(struct every_caller *c, const struct every_guarded_in *in,
				      struct every_guarded_out *out)
{
	(void)c;
	guarded++;
	out->digit = in->digit;
	return EVERY_OK;
}

static void serve(void *unused)
{
	struct every_caller c;
	L4_MsgTag_t tag = L4_Wait(&c.thread);

	(void)unused;
	for (;;)
		tag = every_serve(tag, &c) ? L4_ReplyWait(c.thread, &c.thread) : L4_Wait(&c.thread);
}

bool every_start(L4_ThreadId_t *server)
{
	return pecan_thread_start(serve, 0, 0, server) == ROOT_OK;
}

/* ---- calls ---- */

static bool short_arrives(L4_ThreadId_t server)
{
	struct every_short_out out;
	L4_ThreadId_t any = { .raw = ~0ul << 14 };

	return every_short(server, 9, -5, any, 7, &out) == EVERY_OK && out.number == 5
	    && out.thread.raw == any.raw && out.sum == 16 && out.digit == 9
	    && every_short(server, 10, 1, any, 0, &out) == EVERY_MALFORMED && out.digit == 0
	    && every_short(server, 1, 0, any, 0, &out) == EVERY_ERROR && out.sum == 0;
}

static bool long_arrives(L4_ThreadId_t server)
{
	static const L4_Word_t words[EVERY_WORDS] = { 1, ~0ul, 3 };
	struct every_long_out out;

	for (size_t n = 1; n < EVERY_TEXT; n++) {
		char text[EVERY_TEXT + 1] = "abcdefghijklmnop", rest[EVERY_TEXT] = "ABCDEFGHIJKLMNO";

		text[n] = 0;
		rest[EVERY_TEXT - 1 - n] = 0;
		if (every_long(server, n, words, text, rest, &out) != EVERY_OK || out.word != n
		    || memcmp(out.words, words, sizeof words) != 0 || strcmp(out.text, text) != 0
		    || strcmp(out.rest, rest) != 0)
			return false;
	}
	return every_long(server, 0, words, "0123456789abcdef", "", &out) == EVERY_MALFORMED
	    && every_long(server, 0, words, "a", "0123456789abcdef", &out) == EVERY_MALFORMED
	    && every_long(server, 0, words, "", "a", &out) == EVERY_MALFORMED;
}

static bool packed_arrives(L4_ThreadId_t server)
{
	static const char data[EVERY_BYTES + 1] = "\001\002\003\000\005\006\007\377\011\012zzzzzzzzzzz";
	struct every_packed_out out;

	for (size_t n = 0; n <= EVERY_BYTES; n++)
		if (every_packed(server, n % 3, n % 4, data, n, &out) != EVERY_OK || out.word != n % 3
		    || out.flags != n % 4 || out.data_bytes != n || memcmp(out.data, data, n) != 0)
			return false;
	return every_packed(server, 0, 0, data, sizeof data, &out) == EVERY_MALFORMED
	    && every_packed(server, 0, 4, data, 1, &out) == EVERY_MALFORMED;
}

static bool ending_arrives(L4_ThreadId_t server)
{
	struct every_ending_out out;

	return every_ending(server, 3, &out) == EVERY_OK && out.next == 3 && strcmp(out.text, "text") == 0
	    && every_ending(server, 0, &out) == EVERY_OK && out.next == 0;
}

static bool silent_arrives(L4_ThreadId_t server)
{
	struct every_ending_out out;

	return every_silent(server, 77, "silent") == EVERY_OK
	    && every_ending(server, 0, &out) == EVERY_OK
	    && silent.word == 77 && strcmp(silent.text, "silent") == 0;
}

/* A message that breaks the protocol is malformed, with the right or without. */
static bool guarded_needs_right(L4_ThreadId_t server)
{
	struct every_guarded_out out;

	rights = ~(L4_Word_t)EVERY_RIGHT;
	if (every_guarded(server, 5, &out) != EVERY_DENIED || out.digit != 0
	    || every_guarded(server, 10, &out) != EVERY_MALFORMED || guarded != 0)
		return false;
	rights = EVERY_RIGHT;
	return every_guarded(server, 5, &out) == EVERY_OK && out.digit == 5 && guarded == 1;
}

/* ---- a server that breaks the protocol ---- */

static struct { L4_MsgTag_t tag; L4_Word_t word[BREAKER_WORDS]; } lie;

static void tell_lies(void *unused)
{
	L4_ThreadId_t client;

	(void)unused;
	L4_Wait(&client);
	for (;;) {
		L4_LoadMRs(1, BREAKER_WORDS, lie.word);
		L4_Set_MsgTag(lie.tag);
		L4_ReplyWait(client, &client);
	}
}

static void set_lie(L4_Word_t label, L4_Word_t untyped, L4_Word_t typed)
{
	lie.tag = stub_tag(label, untyped, typed);
	memset(lie.word, 0, sizeof lie.word);
}

static bool no_text(L4_ThreadId_t liar)
{
	struct every_ending_out out = { .next = 1 };

	return every_ending(liar, 1, &out) == EVERY_LOST && out.next == 0 && out.text[0] == 0;
}

static bool no_bytes(L4_ThreadId_t liar)
{
	struct every_packed_out out = { .data_bytes = 1 };

	return every_packed(liar, 1, 0, "", 0, &out) == EVERY_LOST && out.data_bytes == 0;
}

static bool lies_are_found(L4_ThreadId_t liar)
{
	struct every_short_out out = { .sum = 1 };
	bool found = true;

	set_lie(EVERY_DENIED + 1, 0, 0);
	found &= no_text(liar);
	set_lie(0, 0, 0);
	found &= no_text(liar) && no_bytes(liar);
	set_lie(0, 3, 0);
	found &= no_text(liar);				/* next is 0 and there are more words */
	lie.word[0] = 1;
	memset(&lie.word[1], 'x', EVERY_TEXT);
	found &= no_text(liar);				/* text without an end */
	set_lie(0, 2, 0);
	lie.word[1] = 1;
	found &= no_bytes(liar);			/* a count without the bytes */
	lie.word[1] = ~0ul;
	found &= no_bytes(liar);
	set_lie(0, 5, 0);
	lie.word[4] = EVERY_DIGIT + 1;
	found &= every_short(liar, 1, 1, L4_nilthread, 0, &out) == EVERY_LOST && out.sum == 0;
	set_lie(0, 5, 0);
	lie.word[1] = 1;
	found &= every_short(liar, 1, 1, L4_nilthread, 0, &out) == EVERY_LOST;
	return found;
}

const char *every_wrong(L4_ThreadId_t server)
{
	L4_ThreadId_t liar;

	if (pecan_thread_start(tell_lies, 0, 0, &liar) != ROOT_OK)
		return "a thread could not be started";
	return !short_arrives(server) ? "short messages" : !long_arrives(server) ? "words and text"
	     : !packed_arrives(server) ? "bytes" : !ending_arrives(server) ? "an answer that ends early"
	     : !silent_arrives(server) ? "a message without an answer"
	     : !guarded_needs_right(server) ? "a request that needs a right"
	     : !lies_are_found(liar) ? "answers that break the protocol" : 0;
}
