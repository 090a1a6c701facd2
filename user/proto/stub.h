/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stub.h - the functions that generated stubs call: tools/stubs generates them from an interface file
 * (docs/user/protocols.md). The functions without a body are in libpecan.
 *
 * The put functions load message registers from `mr` on, the take functions store them and return false if
 * the words do not have the form of the interface file.
 */
#ifndef PROTO_STUB_H
#define PROTO_STUB_H

#include <stdbool.h>

#include <l4/ipc.h>
#include <l4/short.h>
#include <l4/types.h>

/* Of a word. The first word of `bytes` has a count in its lower half. */
#define STUB_HALF	(4 * sizeof(L4_Word_t))
#define STUB_LOW	(((L4_Word_t)1 << STUB_HALF) - 1)

/* Of a tag. The flags are those of propagation, redirection and other CPUs, without the error flag. */
enum { STUB_LENGTH_BITS = 12, STUB_LABEL_SHIFT = 16, STUB_FLAGS = 7 << 12 };

static inline L4_MsgTag_t stub_tag(L4_Word_t label, L4_Word_t untyped, L4_Word_t typed)
{
	return (L4_MsgTag_t){ .raw = label << STUB_LABEL_SHIFT | typed << 6 | untyped };
}

/* Label, error flag and length of a tag. */
#define STUB_SHAPE(label, untyped)	((L4_Word_t)(label) << STUB_LABEL_SHIFT | (untyped))

static inline L4_Word_t stub_shape(L4_MsgTag_t tag)
{
	return tag.raw & ~(L4_Word_t)STUB_FLAGS;
}

/* Returns true if the IPC did not fail and the message has this label and exactly so many words. */
static inline bool stub_is(L4_MsgTag_t tag, L4_Word_t label, L4_Word_t untyped, L4_Word_t typed)
{
	return stub_shape(tag) == (STUB_SHAPE(label, untyped) | typed << 6);
}

/* The same for label 0 and any length. */
static inline bool stub_is_ok(L4_MsgTag_t tag)
{
	return stub_shape(tag) >> STUB_LENGTH_BITS == 0;
}

/* Returns true if the message has exactly so many words. */
static inline bool stub_has(L4_MsgTag_t tag, L4_Word_t untyped, L4_Word_t typed)
{
	return (tag.raw & ((1 << STUB_LENGTH_BITS) - 1)) == (typed << 6 | untyped);
}

static inline bool stub_has_between(L4_MsgTag_t tag, L4_Word_t least, L4_Word_t most)
{
	return (tag.raw & ((1 << STUB_LENGTH_BITS) - 1)) - least <= most - least;
}

static inline L4_Word_t stub_word(int mr)
{
	L4_Word_t w;

	L4_StoreMR(mr, &w);
	return w;
}

/* A field of 64 bits in two words, where a word has 32: the low one first. */
static inline L4_Word64_t stub_long(L4_Word_t low, L4_Word_t high)
{
	return (L4_Word64_t)high << 32 | low;
}

static inline void stub_put_long(int mr, L4_Word64_t value)
{
	L4_LoadMR(mr, (L4_Word_t)value);
	L4_LoadMR(mr + 1, (L4_Word_t)(value >> 32));
}

/* Words of a message that a field of 64 bits has, and its value, from message register `mr` on. */
#define STUB_LONG_WORDS	(sizeof(L4_Word64_t) / sizeof(L4_Word_t))

static inline L4_Word64_t stub_take_long(int mr)
{
	return STUB_LONG_WORDS == 1 ? stub_word(mr) : stub_long(stub_word(mr), stub_word(mr + 1));
}

static inline L4_Word_t stub_words(L4_Word_t bytes)
{
	return (bytes + sizeof(L4_Word_t) - 1) / sizeof(L4_Word_t);
}

static inline L4_MsgTag_t stub_call(L4_ThreadId_t server, L4_Word_t label, L4_Word_t untyped)
{
	L4_Set_MsgTag(stub_tag(label, untyped, 0));
	return L4_Call(server);
}

static inline L4_MsgTag_t stub_send(L4_ThreadId_t server, L4_Word_t label, L4_Word_t untyped)
{
	L4_Set_MsgTag(stub_tag(label, untyped, 0));
	return L4_Send(server);
}

static inline void stub_answer(int status, L4_Word_t untyped, L4_Word_t typed)
{
	L4_Set_MsgTag(stub_tag((L4_Word_t)status, untyped, typed));
}

/*
 * Returns the status of an answer that is not `ok`: 1 to last; `refused` if the caller is confined and may
 * not send to the server; -1 (lost) for a failed IPC and any other answer.
 */
int stub_status(L4_MsgTag_t tag, L4_Word_t last, int refused);

/* Returns false if the receive failed, or the message is a notice of root, which gets no answer. */
bool stub_is_request(L4_MsgTag_t tag);

/* Text with a NUL, padded to `bytes` with zeros. put returns false if the text was cut. */
bool stub_put_text(int mr, const char *text, L4_Word_t bytes);
bool stub_take_text(int mr, char *text, L4_Word_t bytes);

/* Text up to the end of the message. put returns the number of words, 0 if it does not fit. */
L4_Word_t stub_put_rest(int mr, const char *text, L4_Word_t bytes);
bool stub_take_rest(int mr, char *text, L4_Word_t words);

/* So many bytes, the last word padded with zeros. put returns the number of words. */
L4_Word_t stub_put_bytes(int mr, const char *from, L4_Word_t bytes);
bool stub_take_bytes(int mr, char *to, L4_Word_t bytes);

/* ---- the layout of requests as data: NAME_messages.h ---- */

enum stub_kind {
	STUB_END, STUB_WORD, STUB_LONG, STUB_SIGNED, STUB_THREAD, STUB_ZERO, STUB_TEXT, STUB_BYTES, STUB_REST,
	STUB_WORDS,
};

struct stub_field {
	enum stub_kind kind;
	unsigned at, words, bytes;	/* first message register; room; of text */
	L4_Word64_t max;		/* if limited */
	bool limited;
	unsigned option;		/* text: 1, not empty; bytes: 2, with flags up to max; word: 1, optional */
};

/* The answer may be sent later; there is no answer; the client needs a right. */
enum stub_mode { STUB_LATER = 1, STUB_ONEWAY = 2, STUB_NEEDS = 4 };

struct stub_request {
	const char *name;
	L4_Word_t label;
	const struct stub_field *fields;
	unsigned least, most;		/* words */
	unsigned modes;			/* of enum stub_mode */
};

struct stub_protocol {
	const char *name;
	const struct stub_request *requests;
	unsigned count;
	int malformed, refused, denied;	/* statuses; -1: it has none */
	int last;			/* of the statuses that are sent, which begin at 0 */
};

#endif
