/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - vsnprintf: see <stdio.h>.
 *
 * A conversion is read into struct spec, its text made ready (digits backwards into a buffer, or
 * the caller's string), and put out by one function that handles width, sign and zeros.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct out { char *to; size_t size, length; };

struct spec {
	bool left, plus, space, alternate, zero;
	int width, precision;		/* precision -1: none given */
	int length;			/* bytes of the integer argument */
};

static void put(struct out *o, char c)
{
	if (o->length + 1 < o->size)
		o->to[o->length] = c;
	o->length++;
}

static void put_text(struct out *o, const char *text, size_t n)
{
	size_t room = o->length + 1 < o->size ? o->size - 1 - o->length : 0;

	if (room > 0)
		memcpy(o->to + o->length, text, n < room ? n : room);
	o->length += n;
}

static void put_many(struct out *o, char c, int n)
{
	while (n-- > 0)
		put(o, c);
}

/* [spaces] prefix [zeros] text [spaces] */
static void put_field(struct out *o, const struct spec *s, const char *prefix, int zeros,
		      const char *text, int n)
{
	int used = (int)strlen(prefix) + n;
	int pad = s->width - used - zeros;

	if (s->zero && pad > 0) {
		zeros += pad;
		pad = 0;
	}
	if (!s->left)
		put_many(o, ' ', pad);
	while (*prefix)
		put(o, *prefix++);
	put_many(o, '0', zeros);
	put_text(o, text, (size_t)n);
	if (s->left)
		put_many(o, ' ', pad);
}

static void put_number(struct out *o, struct spec *s, unsigned long long value, unsigned base,
		       const char *prefix, const char *digits)
{
	char text[sizeof(value) * CHAR_BIT], *p = text + sizeof text;
	int n, zeros;

	for (; value != 0; value /= base)
		*--p = digits[value % base];
	n = (int)(text + sizeof text - p);
	zeros = s->precision < 0 ? n == 0 : s->precision > n ? s->precision - n : 0;
	if (base == 8 && s->alternate && zeros == 0)
		zeros = 1;
	s->zero = s->zero && !s->left && s->precision < 0;
	put_field(o, s, prefix, zeros, p, n);
}

static long long signed_argument(const struct spec *s, va_list *args)
{
	switch (s->length) {
	case 1: return (signed char)va_arg(*args, int);
	case 2: return (short)va_arg(*args, int);
	case sizeof(long long): return va_arg(*args, long long);
	default: return va_arg(*args, int);
	}
}

static unsigned long long unsigned_argument(const struct spec *s, va_list *args)
{
	switch (s->length) {
	case 1: return (unsigned char)va_arg(*args, unsigned);
	case 2: return (unsigned short)va_arg(*args, unsigned);
	case sizeof(long long): return va_arg(*args, unsigned long long);
	default: return va_arg(*args, unsigned);
	}
}

static void put_signed(struct out *o, struct spec *s, va_list *args)
{
	long long value = signed_argument(s, args);
	unsigned long long magnitude = value < 0 ? -(unsigned long long)value : (unsigned long long)value;
	const char *sign = value < 0 ? "-" : s->plus ? "+" : s->space ? " " : "";

	put_number(o, s, magnitude, 10, sign, "0123456789");
}

static void put_unsigned(struct out *o, struct spec *s, char conversion, va_list *args)
{
	unsigned long long value = unsigned_argument(s, args);
	bool marked = s->alternate && value != 0;

	switch (conversion) {
	case 'x': put_number(o, s, value, 16, marked ? "0x" : "", "0123456789abcdef"); break;
	case 'X': put_number(o, s, value, 16, marked ? "0X" : "", "0123456789ABCDEF"); break;
	case 'o': put_number(o, s, value, 8, "", "01234567"); break;
	default: put_number(o, s, value, 10, "", "0123456789"); break;
	}
}

static void put_string(struct out *o, struct spec *s, const char *text)
{
	size_t n;

	if (!text)
		text = "(null)";
	n = s->precision < 0 ? strlen(text) : strnlen(text, (size_t)s->precision);
	s->zero = false;
	put_field(o, s, "", 0, text, (int)n);
}

static const char *parse_flags(const char *f, struct spec *s)
{
	for (;; f++) {
		switch (*f) {
		case '-': s->left = true; break;
		case '+': s->plus = true; break;
		case ' ': s->space = true; break;
		case '#': s->alternate = true; break;
		case '0': s->zero = true; break;
		default: return f;
		}
	}
}

static const char *parse_count(const char *f, int *count, va_list *args)
{
	if (*f == '*') {
		*count = va_arg(*args, int);
		return f + 1;
	}
	for (*count = 0; *f >= '0' && *f <= '9' && *count < INT_MAX / 10 - 1; f++)
		*count = *count * 10 + (*f - '0');
	return f;
}

static const char *parse_length(const char *f, struct spec *s)
{
	s->length = sizeof(int);
	for (;; f++) {
		switch (*f) {
		case 'h': s->length /= 2; break;
		case 'l': s->length = f[1] == 'l' ? sizeof(long long) : sizeof(long); break;
		case 'j': s->length = sizeof(intmax_t); break;
		case 'z': s->length = sizeof(size_t); break;
		case 't': s->length = sizeof(ptrdiff_t); break;
		default: return f;
		}
		if (*f == 'l' && f[1] == 'l')
			f++;
	}
}

/* From after the % to the conversion character. */
static const char *parse(const char *f, struct spec *s, va_list *args)
{
	*s = (struct spec){ .precision = -1 };
	f = parse_flags(f, s);
	f = parse_count(f, &s->width, args);
	if (s->width < 0) {
		s->left = true;
		s->width = -s->width;
	}
	if (*f == '.')
		f = parse_count(f + 1, &s->precision, args);
	return parse_length(f, s);
}

static void put_pointer(struct out *o, struct spec *s, void *p)
{
	put_number(o, s, (uintptr_t)p, 16, "0x", "0123456789abcdef");
}

/* Returns what follows the conversion; an unknown one stands for itself, so that it is seen. */
static const char *convert(struct out *o, const char *f, va_list *args)
{
	struct spec s;
	char c;

	f = parse(f, &s, args);
	switch (*f) {
	case 'd': case 'i': put_signed(o, &s, args); break;
	case 'u': case 'x': case 'X': case 'o': put_unsigned(o, &s, *f, args); break;
	case 'p': put_pointer(o, &s, va_arg(*args, void *)); break;
	case 's': put_string(o, &s, va_arg(*args, const char *)); break;
	case 'c':
		c = (char)va_arg(*args, int);
		s.zero = false;
		put_field(o, &s, "", 0, &c, 1);
		break;
	case '\0': put(o, '%'); return f;
	case '%': put(o, '%'); break;
	default: put(o, '%'); put(o, *f); break;
	}
	return f + 1;
}

int vsnprintf(char *to, size_t size, const char *format, va_list args)
{
	struct out o = { to, size, 0 };
	va_list rest;

	va_copy(rest, args);
	while (*format) {
		const char *plain = format;

		while (*format && *format != '%')
			format++;
		put_text(&o, plain, (size_t)(format - plain));
		if (*format)
			format = convert(&o, format + 1, &rest);
	}
	va_end(rest);
	if (size > 0)
		to[o.length < size ? o.length : size - 1] = '\0';
	return (int)o.length;
}

int snprintf(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to, size, format, args);
	va_end(args);
	return n;
}
