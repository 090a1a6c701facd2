/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtq.c - see <pecan/virtq.h>. What the device reads and writes is little-endian.
 */
#include <pecan/endian.h>
#include <pecan/virtq.h>

enum { DESC_NEXT = 1, DESC_WRITE = 2, AVAIL_NO_INTERRUPT = 1, USED_NO_NOTIFY = 1 };

struct virtq_desc { uint64_t address; uint32_t length; uint16_t flags, next; };
struct virtq_avail { uint16_t flags, index, ring[]; };
struct virtq_used_item { uint32_t id, length; };
struct virtq_used { uint16_t flags, index; struct virtq_used_item ring[]; };

static size_t avail_at(unsigned size) { return size * sizeof(struct virtq_desc); }

static size_t used_at(unsigned size)
{
	size_t end = avail_at(size) + sizeof(struct virtq_avail) + size * sizeof(uint16_t) + sizeof(uint16_t);

	return (end + 63) & ~(size_t)63;
}

size_t virtq_bytes(unsigned size)
{
	return used_at(size) + sizeof(struct virtq_used) + size * sizeof(struct virtq_used_item)
	       + sizeof(uint16_t);
}

void virtq_init(struct virtq *q, unsigned size, void *memory, uint64_t physical)
{
	char *base = memory;

	*q = (struct virtq){ .size = size, .spare = size };
	q->desc = memory;
	q->avail = (void *)(base + avail_at(size));
	q->used = (void *)(base + used_at(size));
	q->physical_desc = physical;
	q->physical_avail = physical + avail_at(size);
	q->physical_used = physical + used_at(size);
	for (unsigned i = 0; i < size; i++)
		q->next[i] = (uint16_t)(i + 1);
}

int virtq_add(struct virtq *q, const struct virtq_part *part, unsigned n)
{
	uint16_t head = q->first_free, at = head;

	if (n == 0 || n > q->spare)
		return VIRTQ_NONE;
	for (unsigned i = 0; i < n; i++) {
		volatile struct virtq_desc *d = &q->desc[at];

		d->address = le64(part[i].physical);
		d->length = le32(part[i].bytes);
		d->flags = le16((part[i].device_writes ? DESC_WRITE : 0) | (i + 1 < n ? DESC_NEXT : 0));
		d->next = le16(q->next[at]);
		at = q->next[at];
	}
	q->first_free = at;
	q->spare -= n;
	q->chain[head] = (uint16_t)n;
	q->avail->ring[q->added % q->size] = le16(head);
	__atomic_thread_fence(__ATOMIC_RELEASE);	/* the chain before the index that makes it visible */
	q->avail->index = le16(++q->added);
	return head;
}

bool virtq_wants_notice(const struct virtq *q)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* the index before the device's flag (virtio 1.0, 3.2.1.4) */
	return !(le16(q->used->flags) & USED_NO_NOTIFY);
}

/* Put the chain of a head behind the free ones. */
static void free_chain(struct virtq *q, uint16_t head)
{
	uint16_t last = head;

	for (unsigned i = 1; i < q->chain[head]; i++)
		last = q->next[last];
	q->spare += q->chain[head];
	q->chain[head] = 0;
	q->next[last] = q->first_free;
	q->first_free = head;
}

/* ready: items that the device has added, or says so. Not inline, so that the look before it is. */
static __attribute__((noinline)) int take(struct virtq *q, uint16_t ready, uint32_t *written)
{
	uint32_t head;

	if (ready > q->size)
		return VIRTQ_BROKEN;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* the index before the item */
	head = le32(q->used->ring[q->taken % q->size].id);
	*written = le32(q->used->ring[q->taken % q->size].length);
	if (head >= q->size || q->chain[head] == 0)
		return VIRTQ_BROKEN;
	q->taken++;
	free_chain(q, (uint16_t)head);
	return (int)head;
}

int virtq_take(struct virtq *q, uint32_t *written)
{
	uint16_t ready = (uint16_t)(le16(q->used->index) - q->taken);

	return ready == 0 ? VIRTQ_NONE : take(q, ready, written);
}

void virtq_want_interrupts(struct virtq *q, bool want)
{
	q->avail->flags = le16(want ? 0 : AVAIL_NO_INTERRUPT);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* the flag before a look at the used ring */
}
