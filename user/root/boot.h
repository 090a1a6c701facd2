/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.h - memory from sigma0, boot image, the supervisor.
 */
#ifndef ROOT_BOOT_H
#define ROOT_BOOT_H

/*
 * Start the system. The message loop calls it once, before it receives its first message. It reports errors;
 * after one no task runs.
 */
void boot(void);

#endif
