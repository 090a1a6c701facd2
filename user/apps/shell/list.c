/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - see list.h.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <pecan/file_time.h>

#include "list.h"

enum { DAY = 86400, KIND = 0170000, PERMISSIONS = 9, SET_ID = 04000 };
/* Of the Gregorian calendar: days of 400 years, and from the first of March of year 0 to 1970. */
enum { ERA_DAYS = 146097, ERA_YEARS = 400, BEFORE_1970 = 719468 };

struct date { long year; unsigned month, day; };

/* Years begin in March here, so that the day of a leap year is the last one. */
static struct date date_of(int64_t days)
{
	int64_t since = days + BEFORE_1970, era = (since < 0 ? since - ERA_DAYS + 1 : since) / ERA_DAYS;
	unsigned of_era = (unsigned)(since - era * ERA_DAYS);
	unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned month = (5 * of_year + 2) / 153;

	return (struct date){
		.year = (long)(era * ERA_YEARS) + year + (month >= 10), .month = month < 10 ? month + 3 : month - 9,
		.day = of_year - (153 * month + 2) / 5 + 1,
	};
}

static char kind_of(L4_Word_t mode)
{
	static const char kinds[] = "?pc?d?b?-?l?s???";

	return kinds[(mode & KIND) >> 12];
}

/* As POSIX has it: set ids and the sticky bit are in the place of x, capital letters without x. */
static void show_permissions(char text[PERMISSIONS + 1], L4_Word_t mode)
{
	static const char set[] = "sst", without[] = "SST";

	for (unsigned i = 0; i < PERMISSIONS; i++)
		text[i] = mode & 1u << (PERMISSIONS - 1 - i) ? "rwx"[i % 3] : '-';
	for (unsigned who = 0; who < 3; who++)
		if (mode & (L4_Word_t)SET_ID >> who)
			text[3 * who + 2] = (text[3 * who + 2] == 'x' ? set : without)[who];
	text[PERMISSIONS] = 0;
}

void list_details(char text[LIST_TEXT], const struct files_stat_out *stat)
{
	int64_t time = file_time_seconds(stat->modified), days = (time < 0 ? time - DAY + 1 : time) / DAY;
	unsigned minutes = (unsigned)(time - days * DAY) / 60;
	struct date date = date_of(days);
	char permissions[PERMISSIONS + 1];

	show_permissions(permissions, stat->mode);
	snprintf(text, LIST_TEXT, "%c%s %3lu %10llu %ld-%02u-%02u %02u:%02u", kind_of(stat->mode), permissions,
		 (unsigned long)stat->links, (unsigned long long)stat->size, date.year, date.month, date.day,
		 minutes / 60, minutes % 60);
}
