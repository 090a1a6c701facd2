# SPDX-License-Identifier: BSD-2-Clause
# The manual as HTML (docs/building.md): included by the Makefile.

.PHONY: docs deps-docs
deps-docs:
	@tools/deps docs

docs: | deps-docs ## The manual as HTML, by pandoc, also as one file: build/manual/index.html
	@tools/manual/html $(O)/manual
