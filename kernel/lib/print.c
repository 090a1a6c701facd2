/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - formatted output, to a buffer or to the console.
 *
 * One pass over the format: parse_spec reads the text between % and the conversion letter,
 * print_spec fetches the argument and pads it. The sink counts all characters and stores those that
 * fit. The argument list is wrapped in a struct so that it can be passed by address on every machine.
 */
#include <lib/console.h>
#include <lib/print.h>
#include <lib/str.h>
#include <x2/word.h>

struct sink {
	char *buf;		/* 0: the console */
	size_t size;		/* of buf */
	size_t count;		/* characters put so far */
};

struct args { va_list list; };

struct spec {
	bool zeros, left;
	unsigned width;
	unsigned longs;		/* number of l; 1 for z as well */
	char conversion;
};

enum { NUMBER_MAX = 24 };	/* a sign and 20 digits */

static void put(struct sink *s, char c)
{
	if (!s->buf)
		arch_putc(c);
	else if (s->count + 1 < s->size)
		s->buf[s->count] = c;
	s->count++;
}

static void put_n(struct sink *s, char c, unsigned n)
{
	while (n-- > 0)
		put(s, c);
}

/* text of len characters, padded to the width; zeros go between a sign and the digits. */
static void put_padded(struct sink *s, const struct spec *spec, const char *text, unsigned len)
{
	unsigned pad = spec->width > len ? spec->width - len : 0;
	bool zeros = spec->zeros && !spec->left;

	if (zeros && *text == '-') {
		put(s, *text++);
		len--;
	}
	if (!spec->left)
		put_n(s, zeros ? '0' : ' ', pad);
	for (unsigned i = 0; i < len; i++)
		put(s, text[i]);
	if (spec->left)
		put_n(s, ' ', pad);
}

static void put_number(struct sink *s, const struct spec *spec, uint64_t v, unsigned radix, bool is_signed)
{
	char text[NUMBER_MAX];
	unsigned at = NUMBER_MAX;
	bool minus = is_signed && (int64_t)v < 0;

	v = minus ? -v : v;
	do {
		text[--at] = "0123456789abcdef"[v % radix];
		v /= radix;
	} while (v);
	if (minus)
		text[--at] = '-';
	put_padded(s, spec, text + at, NUMBER_MAX - at);
}

/* A shorter signed argument is extended by its sign. */
static void print_number(struct sink *s, const struct spec *spec, struct args *a, unsigned radix,
			 bool is_signed)
{
	uint64_t v = spec->longs == 0 ? va_arg(a->list, unsigned)
		   : spec->longs == 1 ? va_arg(a->list, unsigned long) : va_arg(a->list, unsigned long long);

	if (is_signed && spec->longs < 2)
		v = spec->longs == 0 ? (uint64_t)(int)v : (uint64_t)(long)v;
	put_number(s, spec, v, radix, is_signed);
}

static void print_string(struct sink *s, const struct spec *spec, const char *text)
{
	if (!text)
		text = "(null)";
	put_padded(s, &(struct spec){ .width = spec->width, .left = spec->left }, text,
		   (unsigned)strlen(text));
}

/* False if the conversion is unknown: nothing was fetched. */
static bool print_spec(struct sink *s, const struct spec *spec, struct args *a)
{
	char c;

	switch (spec->conversion) {
	case 'd':
		print_number(s, spec, a, 10, true);
		return true;
	case 'u':
		print_number(s, spec, a, 10, false);
		return true;
	case 'x':
		print_number(s, spec, a, 16, false);
		return true;
	case 'p':
		put_number(s, spec, (uintptr_t)va_arg(a->list, void *), 16, false);
		return true;
	case 's':
		print_string(s, spec, va_arg(a->list, const char *));
		return true;
	case 'c':
		c = (char)va_arg(a->list, int);
		put_padded(s, &(struct spec){ .width = spec->width, .left = spec->left }, &c, 1);
		return true;
	case '%':
		put(s, '%');
		return true;
	default:
		return false;
	}
}

/* Parses the specification after a %, at `at`. Returns the address of the conversion letter. */
static const char *parse_spec(const char *at, struct spec *spec)
{
	*spec = (struct spec){ 0 };
	for (; *at == '0' || *at == '-'; at++) {
		spec->zeros |= *at == '0';
		spec->left |= *at == '-';
	}
	for (; *at >= '0' && *at <= '9'; at++)
		spec->width = spec->width * 10 + (unsigned)(*at - '0');
	for (; *at == 'l' || *at == 'z'; at++)
		spec->longs++;
	spec->conversion = *at;
	return at;
}

static void print_all(struct sink *s, const char *format, va_list args)
{
	struct spec spec;
	struct args a;

	va_copy(a.list, args);
	for (; *format; format++) {
		const char *letter;

		if (*format != '%') {
			put(s, *format);
			continue;
		}
		letter = parse_spec(format + 1, &spec);
		if (print_spec(s, &spec, &a))
			format = letter;
		else
			put(s, '%');
	}
	va_end(a.list);
}

int fmt_vprint(char *buf, size_t size, const char *format, va_list args)
{
	char none[1];
	struct sink s = { .buf = buf ? buf : none, .size = buf ? size : 0 };

	print_all(&s, format, args);
	if (s.size > 0)
		buf[s.count < size ? s.count : size - 1] = 0;
	return (int)s.count;
}

int fmt_print(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = fmt_vprint(buf, size, format, args);
	va_end(args);
	return n;
}

void vprintk(const char *format, va_list args)
{
	print_all(&(struct sink){ 0 }, format, args);
}

void printk(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintk(format, args);
	va_end(args);
}
