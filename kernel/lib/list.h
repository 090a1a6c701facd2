/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.h - doubly linked rings. A head and an unlinked entry both point at themselves.
 * All operations are constant in time; a list_init must come before any other.
 */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list { struct list *next, *prev; };

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

static inline void list_init(struct list *l) { l->next = l->prev = l; }
static inline bool list_empty(const struct list *head) { return head->next == head; }
static inline bool list_linked(const struct list *entry) { return entry->next != entry; }

static inline void list_insert_after(struct list *at, struct list *entry)
{
	entry->prev = at;
	entry->next = at->next;
	at->next->prev = entry;
	at->next = entry;
}

static inline void list_push_front(struct list *head, struct list *e) { list_insert_after(head, e); }
static inline void list_push_back(struct list *head, struct list *e) { list_insert_after(head->prev, e); }

/* Unlinks entry; has no effect if it is not linked. */
static inline void list_remove(struct list *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	list_init(entry);
}

/* Move entry, which may be unlinked, to the back of the ring at head. */
static inline void list_move_back(struct list *head, struct list *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	list_push_back(head, entry);
}

#endif
