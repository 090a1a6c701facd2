/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - messages (api 5.2 to 5.5): the tag, typed items, the message object, and what a
 * receiver accepts. One header for programs, four for readers.
 */
#ifndef L4_MESSAGE_H
#define L4_MESSAGE_H

#include <l4/msg_tag.h>
#include <l4/msg_items.h>
#include <l4/msg_object.h>
#include <l4/msg_accept.h>

#endif
