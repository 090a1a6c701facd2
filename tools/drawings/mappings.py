# SPDX-License-Identifier: BSD-2-Clause
"""mappings.py - the tree of mappings in the demonstration `pagers` before a flush, after it, and when the
pages are touched again, from what it prints: docs/demos/pagers.md.
"""
import re

from drawings.common import EDGE, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture

DEMO = 'docs/demos/pagers.md'
FAULTS = r'faults served at level ([\d, ]+) so far: ([\d ]+)'
MOST_PAGES = 4		# that fit beside the name of a space
# The lines of the transcript in their order: name, form, whether there may be more than one.
LINES = (
    ('touched', r'  the worker touched (\d+) pages: ' + FAULTS, False),
    ('maps', r'  maps: space (\d+) has (\d+) pages from space (\d+)', True),
    ('again', r'  it touched them again +: ' + FAULTS, False),
    ('memory', r'  what the worker writes, level 1 reads: it is the same memory', False),
    ('flush', r'  one flush at (level \d+): no page is left at (.+)', False),
    ('touched after', r'  the worker touched (\d+) pages: ' + FAULTS, False),
    ('maps after', r'  maps: space (\d+) has (\d+) pages from space (\d+)', True),
    ('end', r'pagers: ok', False),
)


def wrong(what):
    return SystemExit('pictures: %s: %s' % (DEMO, what))


# ---- what the demonstration prints ----

def transcript(text):
    """{name of a line: [what is in its groups, for each line of that name]}."""
    found = re.search(r'^```\npecan> pagers\n(.*?)^```$', text, re.M | re.S)
    if not found:
        raise wrong('no transcript that begins with "pecan> pagers"')
    lines, parts = found.group(1).splitlines(), {}
    for name, form, many in LINES:
        matches = []
        while lines and (many or not matches) and (match := re.fullmatch(form, lines[0])):
            matches.append(match.groups())
            lines.pop(0)
        if not matches:
            raise wrong('"%s" is not the line of the form: %s' % (lines[0] if lines else 'the end', form))
        parts[name] = matches
    if lines:
        raise wrong('"%s" is a line more' % lines[0])
    return parts


def chain_of(rows):
    """([space], pages of each) of maps, each space with all its pages from the one before."""
    spaces, pages = [int(rows[0][2])], int(rows[0][1])
    for space, count, parent in (map(int, row) for row in rows):
        if parent != spaces[-1] or space in spaces or count != pages or not 0 < count <= MOST_PAGES:
            raise wrong('space %d has %d pages from space %d; expected %d, of at most %d, from space %d' % (
                space, count, parent, pages, MOST_PAGES, spaces[-1]))
        spaces.append(space)
    return spaces, pages


def served(groups, levels):
    """The faults that each level served so far."""
    numbers, counts = groups[-2].replace(',', ' ').split(), groups[-1].split()
    if numbers != [str(i + 1) for i in range(levels)] or len(counts) != levels:
        raise wrong('faults served at level %s: %s; expected %d levels' % (*groups[-2:], levels))
    return [int(n) for n in counts]


def story(text):
    """(names, spaces, [(what happened, pages of each space, faults that each pager served)])."""
    parts = transcript(text)
    (touched,), (again,), (after,), ((owner, left),) = (parts[n] for n in (
        'touched', 'again', 'touched after', 'flush'))
    spaces, pages = chain_of(parts['maps'])
    names = [owner] + re.split(r', | and ', left)
    if len(names) != len(spaces) or chain_of(parts['maps after']) != (spaces, pages):
        raise wrong('the flush names %s; maps has the spaces %s, later %s' % (
            names, spaces, parts['maps after']))
    for groups in (touched, after):
        if int(groups[0]) != pages:
            raise wrong('%s pages are touched, and maps has %d' % (groups[0], pages))
    first, second, last = (served(g, len(names) - 1) for g in (touched, again, after))
    if second != first:
        raise wrong('pages that are touched again fault: %s, then %s' % (first, second))
    what, all_pages = 'the worker touched %d pages' % pages, [pages] * len(names)
    steps = [(what, all_pages, first),
             ('one flush at ' + owner, [pages] + [0] * (len(names) - 1), first),
             (what + ' again', all_pages, last)]
    return names, spaces, steps


# ---- the drawing ----

BETWEEN, TOP_OF, ROW, STEP = 22, 96, 50, 84
PAGE, PAGE_STEP = 16, 22


def draw_space(picture, x, y, width, name, space, faults):
    picture.box(x, y, width, ROW, 'box', 'edge')
    picture.text(x + 10, y + 20, name, 'name')
    picture.text(x + 10, y + 38, 'space %d' % space, 'small', 'soft')
    if faults is not None:
        picture.text(x + 66, y + 38, '%d faults served' % faults, 'small', 'soft')


def draw_pages(picture, x, y, pages, most, owner):
    """The pages of a space from x on, each below the one that it comes from; dashed: gone."""
    for i in range(most):
        place = (x + i * PAGE_STEP, y + (ROW - PAGE) / 2, PAGE, PAGE)
        if i < pages:
            picture.box(*place, 'own' if owner else 'other', round_by=2)
            if not owner:
                middle = place[0] + PAGE / 2
                picture.arrow(middle, y - STEP + (ROW + PAGE) / 2 + 2, middle, place[1] - 2)
        else:
            picture.box(*place, 'box', 'edge', 'dashed', round_by=2)


def draw_panel(picture, x, width, head, names, spaces, pages, most, faults):
    height = STEP * (len(names) - 1) + ROW
    picture.box(x, TOP_OF - 30, width, height + 42, 'panel')
    picture.text(x + 12, TOP_OF - 10, head, 'name')
    for i, (name, space) in enumerate(zip(names, spaces)):
        y = TOP_OF + i * STEP
        draw_space(picture, x + 12, y, width - 24, name, space, faults[i] if i < len(faults) else None)
        draw_pages(picture, x + width - 14 - most * PAGE_STEP, y, pages[i], most, i == 0)
    return TOP_OF + height + 12


NOTE = ('A square is a page in a window of the space, an arrow the mapping from the space above. The kernel '
        'keeps for each page where it came from, so one flush at %s removes all that came from there; %s '
        'keeps its own. Faults served: since the beginning. A second touch before the flush made none.')


def draw(text=None):
    names, spaces, steps = story(text or read(DEMO))
    picture = Picture('A tree of mappings before a flush, after it, and when its pages are touched', WIDTH)
    draw_head(picture, 'One flush removes the pages from all spaces that got them',
              'the tree of mappings in the demonstration pagers, at three moments from left to right')
    width = (WIDTH - EDGE - BETWEEN * (len(steps) - 1)) / len(steps)
    for i, (head, pages, faults) in enumerate(steps):
        x = EDGE / 2 + i * (width + BETWEEN)
        bottom = draw_panel(picture, x, width, head, names, spaces, pages, steps[0][1][0], faults)
        if i:
            picture.arrow(x - BETWEEN + 3, TOP_OF - 14, x - 3, TOP_OF - 14)
    return picture.svg(draw_notes(picture, bottom + 6, NOTE % (names[0], names[0])), made_from(DEMO))


def planted():
    text = read(DEMO)

    def replaced(old, new):
        if old not in text:
            raise ValueError('%s has no "%s" for the self-test' % (DEMO, old))
        return text.replace(old, new)

    def without(old, new=''):
        return refused(draw, replaced(old, new))

    return [
        ('other pages', draw(replaced('4 pages', '3 pages')) != draw(text)),
        ('other faults', draw(replaced(': 8 8 8', ': 8 8 9')) != draw(text)),
        ('another space', draw(replaced('space 17', 'space 20')) != draw(text)),
        ('a space with other pages', without('space 16 has 4 pages', 'space 16 has 3 pages')),
        ('pages that do not fit', without('4 pages', '40 pages')),
        ('pages from another space', without('from space 15', 'from space 14')),
        ('another tree after the flush', without('8 8 8\n  maps: space 15', '8 8 8\n  maps: space 13')),
        ('faults at the second touch', without('so far: 4 4 4\n  what', 'so far: 5 5 5\n  what')),
        ('faults of a level less', without(': 8 8 8', ': 8 8')),
        ('a level less in the flush', without('level 2, level 3 and the', 'level 2 and the')),
        ('a line less', without('  it touched them again', '  it touched them')),
        ('a line more', without('pagers: ok\n', 'pagers: ok\npagers: ok\n')),
        ('no transcript', without('pecan> pagers\n', 'pecan> pager\n')),
    ]
