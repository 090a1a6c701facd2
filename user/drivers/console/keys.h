/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - the keys of all keyboards, as the bytes that a terminal would send: US layout; arrows and Home,
 * End, Delete as ESC sequences, Ctrl with a letter as a control character, Print Screen (and SysRq) as the
 * attention key.
 */
#ifndef CONSOLE_KEYS_H
#define CONSOLE_KEYS_H

/* A key, as enum console_key: passes what is typed with it to `received`. */
void keys_take(unsigned key, void (*received)(unsigned char));

/* No key is held, and Caps Lock is off. */
void keys_forget(void);

#endif
