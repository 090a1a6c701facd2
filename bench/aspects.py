# SPDX-License-Identifier: BSD-2-Clause
"""aspects.py - rows that show another property of a figure's windows than its instructions: FIGURE_ASPECT.

    FIGURE_spaces   loads of other page tables
    FIGURE_pages    invalidations of one page
    FIGURE_cycles   the estimate with everything in L1 (estimate.py)
    FIGURE_irqoff   instructions, the longest stretch with interrupts off in any of its windows
    FIGURE_tlb      accesses of the kernel to user addresses by translation: those that use entries of the TLB
    FIGURE_refetched, FIGURE_flushed    of windows of rounds: translations that user code fetches again in
                    each, by the model of the TLB; the same if each change of the space forgot them all
"""
import estimate
from measure import typical


def executed(figure, kind):
    return sum(typical(figure)['class'].get(kind, (0, 0)))


def fetched(figure, kind):
    return typical(figure)['tlb_model']['ss_miss_per_op'][kind]


ASPECTS = {
    'spaces': (lambda f: executed(f, estimate.CPU.SPACE), 'loads'),
    'pages': (lambda f: executed(f, estimate.CPU.PAGE), 'instructions'),
    'cycles': (lambda f: round(estimate.estimate(typical(f)).warm), 'cycles'),
    'tlb': (lambda f: typical(f)['kernel_access_to_user_addr'], 'accesses'),
    'refetched': (lambda f: fetched(f, 'user_4k'), 'translations'),
    'flushed': (lambda f: fetched(f, 'user_4k_flushed'), 'translations'),
    'irqoff': (lambda f: max(w['interrupts_off_max'] for w in f.windows), 'instructions'),
}


def parts(row):
    """(figure, aspect) of the name of a row; (None, None) if it has no aspect."""
    figure, _, aspect = row.rpartition('_')
    return (figure, aspect) if aspect in ASPECTS else (None, None)


def of_rows(names, figures):
    """{row: (value, unit)} of those of these names that are an aspect of a measured figure, and no figure."""
    by_name = {f.name: f for f in figures}
    found = {row: parts(row) for row in names if parts(row)[0] in by_name and row not in by_name}
    return {row: (ASPECTS[aspect][0](by_name[figure]), ASPECTS[aspect][1])
            for row, (figure, aspect) in found.items()}
