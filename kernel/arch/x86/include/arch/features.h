/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * features.h - the CPU features that the kernel uses: present, and not switched off by the command line.
 */
#ifndef ARCH_FEATURES_H
#define ARCH_FEATURES_H

#include <x2/word.h>

/* IOAPIC: the board may use those that it finds. SYSENTER: present; x86-64 disables it. */
enum cpu_feature {
	FEATURE_NX, FEATURE_PGE, FEATURE_GBPAGES, FEATURE_SMEP, FEATURE_SMAP, FEATURE_UMIP, FEATURE_MCE,
	FEATURE_APIC, FEATURE_TSC_INVARIANT, FEATURE_PAT, FEATURE_XSAVE, FEATURE_AVX, FEATURE_PCID,
	FEATURE_INVPCID, FEATURE_IOAPIC, FEATURE_SYSENTER, FEATURE_CLFLUSH,
	FEATURES,
};

/* Those of long mode: the others are used by every machine of this family. */
enum { FEATURES_LONG_MODE = 1 << FEATURE_GBPAGES | 1 << FEATURE_PCID | 1 << FEATURE_INVPCID };

extern uint32_t cpu_features;		/* bit f: feature f */

/*
 * Read CPUID and the command line, and print one line for each feature. Called once, at boot. option: the
 * name of another option, which has a value; or "". without: bits of features that this machine does not use.
 */
void features_init(const char *cmdline, const char *option, uint32_t without);

/* Returns 0, or a text that names a required feature which this CPU lacks. */
const char *features_missing(void);

static inline bool feature_used(enum cpu_feature f) { return cpu_features >> f & 1; }

/* Print a line in the same form for another feature. */
void feature_line(const char *name, const char *state);

#endif
