/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * breaker.c - see breaker.h. A correct message is made first, then one of the ways breaks it, which returns
 * false if it does not apply to this message.
 */
#include <string.h>

#include "breaker.h"

enum {
	WORD = sizeof(L4_Word_t), BITS = 8 * WORD,
	LABEL_BITS = BITS - 17,		/* labels with one bit more are of the kernel's protocols */
	BIT_SHIFT = BITS - (WORD == 8 ? 6 : 5),		/* what is above are as many numbers as a word has bits */
};

void breaker_seed(struct breaker *b, L4_Word_t seed)
{
	b->state = seed * 0x9e3779b97f4a7c15 + 1;
}

L4_Word_t breaker_random(struct breaker *b)
{
	b->state ^= b->state << 13;
	b->state ^= b->state >> 7;
	b->state ^= b->state << 17;
	return (L4_Word_t)(b->state * 0x2545f4914f6cdd1d >> (64 - BITS)) >> 1;
}

static L4_Word_t below(struct breaker *b, L4_Word_t n)
{
	return breaker_random(b) % n;
}

/* A number that is large, or small, or near a power of two. */
static L4_Word_t number(struct breaker *b)
{
	L4_Word_t n = breaker_random(b) << 1;

	switch (below(b, 4)) {
	case 0: return n;
	case 1: return n >> (BITS - 8);
	case 2: return ((L4_Word_t)1 << (n >> BIT_SHIFT)) - 1;
	default: return (L4_Word_t)1 << (n >> BIT_SHIFT);
	}
}

bool breaker_is_kernels(const struct breaker *b)
{
	return b->label >> LABEL_BITS & 1;
}

unsigned breaker_kinds(const struct breaker *b)
{
	unsigned n = 0;

	for (unsigned i = 0; i < BREAKER_WAYS; i++)
		n += b->made >> i & 1;
	return n;
}

static L4_Word_t *word_of(struct breaker *b, const struct stub_field *f)
{
	return &b->word[f->at - 1];
}

/* Some field of a kind; 0: there is none. */
static const struct stub_field *field_of(const struct breaker *b, enum stub_kind kind)
{
	for (const struct stub_field *f = b->request->fields; f->kind != STUB_END; f++)
		if (f->kind == kind)
			return f;
	return 0;
}

/* ---- a correct message ---- */

static void letters(struct breaker *b, L4_Word_t *to, L4_Word_t n)
{
	for (L4_Word_t i = 0; i < n; i++)
		((char *)to)[i] = (char)('a' + below(b, 26));
}

static void fill(struct breaker *b, const struct stub_field *f)
{
	L4_Word_t *to = word_of(b, f), n;

	b->untyped += f->words;
	switch (f->kind) {
	case STUB_WORD:
		*to = f->limited ? below(b, (L4_Word_t)f->max + 1) : number(b);
		break;
	case STUB_TEXT:
		letters(b, to, f->option + below(b, f->bytes - f->option));
		break;
	case STUB_REST:
		n = below(b, f->bytes);
		letters(b, to, n);
		b->untyped = f->at + (unsigned)(n / WORD);
		break;
	case STUB_BYTES:
		n = below(b, f->bytes + 1);
		to[0] = n | (f->option == 2 ? below(b, (L4_Word_t)f->max + 1) << STUB_HALF : 0);
		letters(b, &to[1], n);
		b->untyped = f->at + (unsigned)stub_words(n);
		break;
	case STUB_ZERO: case STUB_LONG: case STUB_END:	/* long: two words, if a word has 32 bits */
		break;
	case STUB_SIGNED: case STUB_THREAD: case STUB_WORDS:
		for (unsigned i = 0; i < f->words; i++)
			to[i] = number(b);
		break;
	}
}

void breaker_correct(struct breaker *b, const struct stub_protocol *p)
{
	b->request = &p->requests[below(b, p->count)];
	b->label = b->request->label;
	b->untyped = b->typed = 0;
	memset(b->word, 0, sizeof b->word);
	for (const struct stub_field *f = b->request->fields; f->kind != STUB_END; f++)
		fill(b, f);
}

/* ---- the ways to break it ---- */

static const struct stub_protocol *protocol;

static bool break_label(struct breaker *b)
{
	const struct stub_request *last = &protocol->requests[protocol->count - 1];

	switch (below(b, 4)) {
	case 0: b->label = last->label + 1; break;
	case 1: b->label = protocol->requests[0].label - 1; break;
	case 2: b->label = 0; break;
	default: b->label = breaker_random(b) >> (BITS - 1 - LABEL_BITS); break;
	}
	return b->label > last->label || b->label < protocol->requests[0].label;
}

static bool break_short(struct breaker *b)
{
	if (b->request->least == 0)
		return false;
	b->untyped = (unsigned)below(b, b->request->least);
	return true;
}

static bool break_long(struct breaker *b)
{
	if (b->request->most == BREAKER_WORDS)
		return false;
	b->untyped = b->request->most + 1 + (unsigned)below(b, BREAKER_WORDS - b->request->most);
	return true;
}

/* A string of one byte: its item is all that matters, since it is not accepted. */
static bool break_typed(struct breaker *b)
{
	static const char string[1];

	if (b->untyped > BREAKER_WORDS - 2)
		return false;
	b->typed = 2;
	b->word[b->untyped] = 1 << 10;
	b->word[b->untyped + 1] = (L4_Word_t)string;
	return true;
}

static bool break_max(struct breaker *b)
{
	const struct stub_field *f = b->request->fields;

	while (f->kind != STUB_END && !(f->kind == STUB_WORD && f->limited))
		f++;
	if (f->kind == STUB_END)
		return false;
	*word_of(b, f) = number(b);
	return *word_of(b, f) > f->max;
}

static bool break_zero(struct breaker *b)
{
	const struct stub_field *f = field_of(b, STUB_ZERO);

	return f != 0 && (*word_of(b, f) = number(b)) != 0;
}

/* More bytes than there may be, or fewer or more than there are in the message. */
static bool break_count(struct breaker *b)
{
	const struct stub_field *f = field_of(b, STUB_BYTES);
	L4_Word_t n, words = b->untyped - (f ? f->at : 0);

	if (f == 0)
		return false;
	n = below(b, 2) ? number(b) : below(b, f->bytes + WORD);
	n = f->option == 2 ? n & STUB_LOW : n;
	*word_of(b, f) = n;
	return n > f->bytes || stub_words(n) != words;
}

static bool break_flags(struct breaker *b)
{
	const struct stub_field *f = field_of(b, STUB_BYTES);
	L4_Word_t flags = breaker_random(b) >> (STUB_HALF - 1);

	if (f == 0 || f->option != 2 || flags <= f->max)
		return false;
	*word_of(b, f) = (*word_of(b, f) & STUB_LOW) | flags << STUB_HALF;
	return true;
}

/* Text without an end. */
static bool break_end(struct breaker *b)
{
	const struct stub_field *f = field_of(b, STUB_TEXT);

	if (f == 0 && (f = field_of(b, STUB_REST)) == 0)
		return false;
	letters(b, word_of(b, f), f->bytes);
	b->untyped = f->at - 1 + f->words > b->untyped ? f->at - 1 + f->words : b->untyped;
	return true;
}

/* Something behind the end of a text. */
static bool break_after_text(struct breaker *b)
{
	const struct stub_field *f = field_of(b, STUB_TEXT);
	char *text;
	L4_Word_t n, room;

	if (f == 0 && (f = field_of(b, STUB_REST)) == 0)
		return false;
	text = (char *)word_of(b, f);
	room = f->kind == STUB_TEXT ? f->bytes : (b->untyped - f->at + 1) * WORD;
	n = strnlen(text, room);
	if (n + 1 >= room)
		return false;
	text[n + 1 + below(b, room - n - 1)] = 'x';
	return true;
}

/* Something in the last word behind the bytes. */
static bool break_after_bytes(struct breaker *b)
{
	const struct stub_field *f = field_of(b, STUB_BYTES);
	L4_Word_t n = f ? *word_of(b, f) & 0xffffffff : 0;

	if (n % WORD == 0)
		return false;
	((char *)(word_of(b, f) + 1))[n + below(b, WORD - n % WORD)] = 'x';
	return true;
}

static bool break_empty(struct breaker *b)
{
	const struct stub_field *f = field_of(b, STUB_TEXT);

	if (f == 0 || f->option == 0)
		return false;
	memset(word_of(b, f), 0, f->bytes);
	return true;
}

static const struct { bool (*break_it)(struct breaker *b); const char *text; } ways[] = {
	{ break_label, "a label that is none" },
	{ break_short, "too few words" },
	{ break_long, "too many words" },
	{ break_typed, "an item" },
	{ break_max, "a word above its maximum" },
	{ break_zero, "a reserved word" },
	{ break_count, "a count that does not fit" },
	{ break_flags, "unknown flags" },
	{ break_end, "text without an end" },
	{ break_after_text, "something behind a text" },
	{ break_after_bytes, "something behind bytes" },
	{ break_empty, "an empty text" },
};

void breaker_make(struct breaker *b, const struct stub_protocol *p)
{
	L4_Word_t way;

	protocol = p;
	do {
		breaker_correct(b, p);
		way = below(b, sizeof ways / sizeof ways[0]);
	} while (!ways[way].break_it(b));
	b->way = ways[way].text;
	b->made |= (L4_Word_t)1 << way;
}
