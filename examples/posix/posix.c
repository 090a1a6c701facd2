/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posix.c - an ordinary C program: it counts the words of a file, and integrates a function in four threads.
 * There is nothing of Pecan in it; it compiles on other systems as well.
 */
#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, STEPS = 10000 };

struct word { char *text; unsigned count; };

static double sum;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Of sin, from 0 to pi: a quarter of the steps. */
static void *integrate(void *number)
{
	double width = acos(-1) / STEPS, part = 0;

	for (long i = (long)number; i < STEPS; i += THREADS)
		part += sin((i + 0.5) * width) * width;
	pthread_mutex_lock(&mutex);
	sum += part;
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static int more_often(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->text, y->text);
}

static size_t count_words(FILE *f, struct word **words)
{
	char text[80];
	size_t n = 0, i;

	*words = NULL;
	while (fscanf(f, "%79s", text) == 1) {
		if (!isalpha((unsigned char)text[0]))
			continue;
		for (i = 0; i < n && strcmp((*words)[i].text, text) != 0; i++)
			;
		if (i == n) {
			*words = realloc(*words, (n + 1) * sizeof **words);
			(*words)[n++] = (struct word){ strdup(text), 0 };
		}
		(*words)[i].count++;
	}
	qsort(*words, n, sizeof **words, more_often);
	return n;
}

int main(int argc, char **argv)
{
	FILE *f = argc > 1 ? fopen(argv[1], "r") : stdin;
	pthread_t thread[THREADS];
	struct word *words;
	size_t n;

	if (!f) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	n = count_words(f, &words);
	printf("%zu different words", n);
	if (n)
		printf("; \"%s\" stands there %u times", words[0].text, words[0].count);
	putchar('\n');
	for (long i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, integrate, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	printf("the integral of sin from 0 to pi is %.4f\n", sum);
	return EXIT_SUCCESS;
}
