# SPDX-License-Identifier: BSD-2-Clause
# The program of bench/pf_root.
$(eval $(call program,$(O)/bench/faults,bench/faults,$(PROGRAM_BASE)))
