/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - interrupts, ports, device memory: each has one owner.
 */
#ifndef ROOT_DEVICE_H
#define ROOT_DEVICE_H

#include <l4/message.h>
#include <proto/root_server.h>
#include <x2/word.h>

struct job_kind;
struct task;

/*
 * Make the thread `handler` of t the handler of an interrupt line. ROOT_E_RIGHT: t may not have the line;
 * ROOT_E_BUSY: another task has it; ROOT_E_LIMIT: too many claims; ROOT_E_ABSENT: the kernel refuses.
 */
enum root_error device_irq_attach(struct task *t, l4_word_t line, l4_word_t handler);

/* Give a line back. ROOT_E_ARGUMENT: t does not have it. */
enum root_error device_irq_detach(struct task *t, l4_word_t line);

/*
 * Give t 2^log2 ports from `port` on, by the map item *ports. Errors as of device_irq_attach;
 * ROOT_E_ARGUMENT: not a range of ports; ROOT_E_ABSENT: sigma0 did not give root the ports.
 */
enum root_error device_ports(struct task *t, l4_word_t port, l4_word_t log2, L4_MapItem_t *ports);

/*
 * Get the ports that the PCI server t gives to a driver from sigma0, for thread number `waiter` of t.
 * ROOT_LATER: the answer is sent when a worker has executed the order. ROOT_E_ARGUMENT: not a block of ports;
 * ROOT_E_RIGHT: they are another's (user/proto/root.idl); ROOT_E_BUSY, ROOT_E_LIMIT as above.
 */
enum root_error device_ports_get(struct task *t, unsigned waiter, const struct root_device_give_in *in);

/*
 * Give ports back, for thread number `waiter` of t. ROOT_LATER: the answer is sent when a worker has executed
 * the order. ROOT_E_ARGUMENT: t does not have exactly these ports, or gives them back already.
 */
enum root_error device_ports_free(struct task *t, unsigned waiter, l4_word_t port, l4_word_t log2);

/*
 * Add an area for [physical, physical + size) to t, for thread number `waiter` of t. ROOT_LATER: area_work.c
 * sends the answer. Errors as of device_irq_attach and limit_area; ROOT_E_ARGUMENT: not a range of memory.
 */
enum root_error device_memory(struct task *t, unsigned waiter, l4_word_t physical, l4_word_t size);

/* The area at `physical` has been removed (area_when_gone): another task may get the memory. */
void device_memory_gone(const struct task *t, l4_word_t physical);

/* The ports of a task that serves, which a worker gets or takes back, as work of its job. */
extern const struct job_kind device_work;

/*
 * In the job of t, which ends: no interrupts and ports are its then; its blocks are without it, after its
 * areas are gone.
 */
void device_end(struct task *t);
void device_blocks_end(struct task *t);

#endif
