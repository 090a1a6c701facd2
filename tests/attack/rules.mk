# SPDX-License-Identifier: BSD-2-Clause
# The attacks: tests/attack/table.py, docs/security.md.
.PHONY: attack attack-build

ATTACK_HELP := $(call objects,tests/guest/ipc/string_actors.c)
$(eval $(call program,$(O)/tests/attack,tests/guest tests/attack/guest,$(ROOT_BASE)))
$(O)/tests/attack: $(ATTACK_HELP)
$(O)/obj/tests/attack/%: UFLAGS += -Itests/guest -mgeneral-regs-only

# The client of drivers into which tests/attack/faults injects faults.
$(eval $(call program,$(O)/tests/worker,tests/attack/worker,$(PROGRAM_BASE)))

# A program of the real system that attacks its servers: tests/attack/system.py.
$(eval $(call program,$(O)/tests/intruder,tests/attack/intruder,$(PROGRAM_BASE)))
$(O)/tests/intruder: $(call objects,tests/messages/breaker.c)

attack-build: $(IMAGES) $(O)/tests/attack $(O)/tests/intruder $(O)/tests/worker $(O)/host-test-64

attack: attack-build | deps-test ## What an adversary's program gains: a table; LONG=1 with the full rounds
	@tests/attack/run
