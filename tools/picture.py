# SPDX-License-Identifier: BSD-2-Clause
"""picture.py - drawings as SVG: no scripts, nothing loaded from anywhere, light and dark.

element(), label(), svg(), ticks() and scale() are shared by bench/page.py and tools/plot.py. Picture is
a drawing whose colours are classes, each with one value for a light and one for a dark screen.

problems() reads such a drawing and says what is wrong with it: a text that leaves the image or crosses the
edge of a box, meets another text, a line or an arrow, by estimated widths of the characters; a colour that
can hardly be seen on what is behind it, in one of both schemes; anything whose place or colour it cannot
judge.
"""
import html
import math
import re
from xml.etree import ElementTree

FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif'

# The class of a colour: what it colours, in light, in dark, and the least contrast to what is behind it.
COLOURS = {
    'paper': ('fill', '#ffffff', '#0d1117', 1),
    'ink': ('fill', '#1f2328', '#e6edf3', 4.5),
    'soft': ('fill', '#57606a', '#9aa4af', 4.5),
    'panel': ('fill', '#f3f5f8', '#161b22', 1),
    'box': ('fill', '#ffffff', '#22272e', 1),
    'kernel': ('fill', '#dbe9fb', '#1b3a5f', 1),
    'band': ('fill', '#f3f5f8', '#161b22', 1),
    'edge': ('stroke', '#8c959f', '#6e7781', 2),
    'grid': ('stroke', '#d8dee4', '#30363d', 1.2),
    'line': ('stroke', '#57606a', '#9aa4af', 3),
    'head': ('fill', '#57606a', '#9aa4af', 3),
    'own': ('fill', '#b3261e', '#f2685f', 3),
    'other': ('fill', '#6b7f99', '#8095b0', 3),
    'pale': ('fill', '#a9b6c6', '#4d5d73', 1.4),
}
# The class of a text: its size in pixels, and whether it is bold. Those of neither are of size 12.
SIZES = {'title': (16, True), 'name': (12.5, True), 'plain': (12, False), 'small': (11, False)}
MORE = {'dashed': 'stroke-dasharray:4 3'}
SCHEMES = ('light', 'dark')

# Widths of the characters from blank to tilde in thousandths of the size: those of DejaVu Sans, which is
# wider than the other fonts that systems have. A bold word is wider by a fifth at the most.
WIDTHS = '''
318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337
337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732
684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635
635 411 521 392 634 592 818 592 592 525 636 337 636 838'''
WIDTHS = dict(zip(map(chr, range(32, 127)), map(int, WIDTHS.split())))
BOLDER, UNKNOWN = 1.2, 1000
ABOVE, BELOW = 0.93, 0.24	# of the size: how far a line of text reaches from its base line
MARGIN = 4			# pixels that a text keeps from the sides of what it is in


def element(name, text='', **attributes):
    """`class_` is the attribute class; other underscores are hyphens."""
    inside = ''.join(' %s="%s"' % (k.rstrip('_').replace('_', '-'), html.escape(str(v)))
                     for k, v in attributes.items())
    return '<%s%s>%s</%s>' % (name, inside, text, name)


def number(n):
    return ('%.1f' % n).removesuffix('.0')


def label(x, y, text, anchor='middle', **attributes):
    return element('text', html.escape(text), x='%.1f' % x, y='%.1f' % y, text_anchor=anchor, **attributes)


def svg(parts, width, height, **attributes):
    return element('svg', ''.join(parts), viewBox='0 0 %d %d' % (width, height), width=width, height=height,
                   role='img', **attributes)


def ticks(low, high):
    """Some round numbers from low to high."""
    step = 10 ** math.floor(math.log10(max(high - low, 1)))
    step = next(s for s in (step / 5, step / 2, step, 2 * step) if (high - low) / s <= 6)
    first = math.ceil(low / step)
    return [i * step for i in range(first, int(high / step) + 1)]


def scale(low, high, begin, end):
    """The function that puts low at begin, high at end, and all else in proportion."""
    return lambda n: begin + (n - low) / ((high - low) or 1) * (end - begin)


def size_of(classes):
    return next((SIZES[c] for c in classes if c in SIZES), SIZES['plain'])


def width_of(text, *classes):
    """Pixels that the text needs at the most."""
    size, bold = size_of(classes)
    return sum(WIDTHS.get(c, UNKNOWN) for c in text) * size / 1000 * (BOLDER if bold else 1)


def wrapped(words, width, *classes):
    """Lines of these words, none wider than that where a word is not."""
    lines = []
    for word in words:
        longer = lines[-1] + ' ' + word if lines else word
        if lines and width_of(longer, *classes) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def style(used):
    """CSS of the classes that are used."""
    rules = ['text{font-family:%s;font-size:%dpx}' % (FONT, SIZES['plain'][0])]
    rules += ['.%s{font-size:%spx%s}' % (name, number(size), ';font-weight:600' if bold else '')
              for name, (size, bold) in SIZES.items() if name in used]
    rules += ['.%s{%s}' % item for item in MORE.items() if item[0] in used]
    both = [['.%s{%s:%s}' % (name, c[0], c[1 + i]) for name, c in COLOURS.items() if name in used]
            for i in range(len(SCHEMES))]
    dark = '@media (prefers-color-scheme: dark){\n%s\n}' % '\n'.join(both[1])
    return '\n'.join(['rect,line{fill:none}'] + rules + both[0] + [dark])


class Picture:
    """A drawing from top to bottom; its height is said at the end."""

    def __init__(self, title, width):
        self.title, self.width, self.parts = title, width, []

    def text(self, x, y, words, *classes, anchor='start'):
        colour = () if any(c in COLOURS for c in classes) else ('ink',)
        self.parts.append(label(x, y, words, anchor, class_=' '.join(classes + colour)))

    def box(self, x, y, width, height, *classes, round_by=4):
        place = {'x': x, 'y': y, 'width': width, 'height': height, 'rx': round_by}
        self.parts.append(element('rect', class_=' '.join(classes),
                                  **{k: number(v) for k, v in place.items()}))

    def line(self, x1, y1, x2, y2, *classes):
        place = {'x1': x1, 'y1': y1, 'x2': x2, 'y2': y2}
        self.parts.append(element('line', class_=' '.join(classes or ('line',)),
                                  **{k: number(v) for k, v in place.items()}))

    def arrow(self, x1, y1, x2, y2, size=4):
        """A line with a head at its second end."""
        length = math.hypot(x2 - x1, y2 - y1) or 1
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        back = x2 - 2 * size * dx, y2 - 2 * size * dy
        self.line(x1, y1, *back)
        corners = [(x2, y2), (back[0] - size * dy, back[1] + size * dx),
                   (back[0] + size * dy, back[1] - size * dx)]
        self.parts.append(element('polygon', class_='head', points=' '.join(
            '%s,%s' % (number(x), number(y)) for x, y in corners)))

    def svg(self, height, source):
        """The file. source: a sentence that says what it was made of."""
        height = math.ceil(height)
        back = element('rect', class_='paper', width=self.width, height=height, rx=6)
        used = {name for part in self.parts + [back] for names in re.findall(r'class="([^"]*)"', part)
                for name in names.split()}
        head = ['<!-- %s -->' % source, element('title', html.escape(self.title)),
                element('style', '\n%s\n' % style(used)), back]
        body = ''.join('\n' + part for part in head + self.parts) + '\n'
        return svg([body], self.width, height, xmlns='http://www.w3.org/2000/svg') + '\n'


# ---- what is wrong with a drawing ----

SVG = '{http://www.w3.org/2000/svg}'
KNOWN = {'svg': {'viewBox', 'width', 'height', 'role'}, 'title': set(), 'style': set(),
         'rect': {'class', 'x', 'y', 'width', 'height', 'rx'}, 'line': {'class', 'x1', 'y1', 'x2', 'y2'},
         'text': {'class', 'x', 'y', 'text-anchor'}, 'polygon': {'class', 'points'}}
RULE = re.compile(r'\.([\w-]+)\{(fill|stroke):(#[0-9a-f]{6})\}')


def colours_of(css):
    """{scheme: {class: {fill or stroke: colour}}}: what has no dark value keeps the light one."""
    light, _, dark = css.partition('@media')
    found = {scheme: {} for scheme in SCHEMES}
    for scheme, text in (('light', light), ('dark', light), ('dark', dark)):
        for name, what, colour in RULE.findall(text):
            found[scheme].setdefault(name, {})[what] = colour
    return found


def brightness(colour):
    """The relative luminance of WCAG 2."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    high, low = sorted((brightness(a), brightness(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def box_of(item):
    """(left, top, right, bottom)."""
    def n(name):    return float(item.get(name, 0))

    kind = item.tag.removeprefix(SVG)
    if kind == 'rect':
        return n('x'), n('y'), n('x') + n('width'), n('y') + n('height')
    if kind == 'text':
        wide, size = width_of(item.text or '', *classes_of(item)), size_of(classes_of(item))[0]
        left = n('x') - wide * {'start': 0, 'middle': 0.5, 'end': 1}[item.get('text-anchor', 'start')]
        return left, n('y') - ABOVE * size, left + wide, n('y') + BELOW * size
    if kind == 'line':
        xs, ys = (n('x1'), n('x2')), (n('y1'), n('y2'))
    else:
        xs, ys = zip(*(map(float, p.split(',')) for p in item.get('points', '0,0').split()))
    return min(xs), min(ys), max(xs), max(ys)


def classes_of(item):
    return item.get('class', '').split()


def inside(a, b, margin=0):
    return b[0] + margin <= a[0] and b[1] <= a[1] and a[2] <= b[2] - margin and a[3] <= b[3]


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def crosses(line, box):
    """Has the line a point in the box? begin and end: the part of it between the sides, then inside."""
    (x, dx), (y, dy) = [(float(line.get(a + '1')), float(line.get(a + '2')) - float(line.get(a + '1')))
                        for a in 'xy']
    begin, end = 0, 1
    for at, step, low, high in ((x, dx, box[0], box[2]), (y, dy, box[1], box[3])):
        if step == 0:
            if not low < at < high:
                return False
            continue
        first, last = sorted(((low - at) / step, (high - at) / step))
        begin, end = max(begin, first), min(end, last)
    return begin < end


def behind(item, items, boxes):
    """The fill classes of what was drawn before at the middle of the item, the last one first."""
    left, top, right, bottom = boxes[item]
    middle = ((left + right) / 2, (top + bottom) / 2) * 2
    earlier = items[:items.index(item)]
    return [classes_of(i) for i in reversed(earlier) if i.tag == SVG + 'rect' and inside(middle, boxes[i])]


def colour_problems(items, boxes, css):
    """Sentences: what can hardly be seen."""
    for scheme, colours in colours_of(css).items():
        def first(classes, what):
            return next((colours[c][what] for c in classes if what in colours.get(c, {})), None)

        for item in items[1:]:
            kind, classes = item.tag.removeprefix(SVG), classes_of(item)
            ground = next((g for g in (first(c, 'fill') for c in behind(item, items, boxes)) if g), None)
            seen = [(COLOURS[c][3], first([c], COLOURS[c][0])) for c in classes if c in COLOURS]
            if not ground or not seen or not all(colour for _, colour in seen):
                yield '%s: no colour, or nothing behind it, in the %s scheme' % (name_of(item), scheme)
                continue
            if kind == 'text':
                seen = [(4.5, first(classes, 'fill') or ground)]
            for least, colour in seen:
                if contrast(colour, ground) < least:
                    yield '%s: %s on %s has a contrast of %.1f, less than %s, in the %s scheme' % (
                        name_of(item), colour, ground, contrast(colour, ground), least, scheme)


def name_of(item):
    return '"%s"' % item.text if item.text else 'a %s at %s,%s' % (
        item.tag.removeprefix(SVG), *(number(n) for n in box_of(item)[:2]))


def place_problems(items, boxes, image):
    """Sentences: texts that are not where they can be read, and shapes outside of the image."""
    texts = [i for i in items if i.tag == SVG + 'text']
    for item in items:
        if not inside(boxes[item], image, MARGIN if item in texts else 0):
            yield '%s leaves the image' % name_of(item)
    for n, text in enumerate(texts):
        for other in texts[n + 1:]:
            if meet(boxes[text], boxes[other]):
                yield '%s meets %s' % (name_of(text), name_of(other))
        for item in items:
            shape, box = item.tag.removeprefix(SVG), boxes[item]
            if shape == 'rect' and meet(boxes[text], box) and not inside(boxes[text], box, MARGIN):
                yield '%s crosses the edge of %s' % (name_of(text), name_of(item))
            if (shape == 'line' and crosses(item, boxes[text])
                    or shape == 'polygon' and meet(box, boxes[text])):
                yield '%s is crossed by %s' % (name_of(text), name_of(item))


def form_problems(root):
    """Sentences: what a picture must have, and what is not known here."""
    title = (root.findtext(SVG + 'title') or '').strip()
    if root.get('role') != 'img' or not root.get('viewBox') or not title:
        yield 'no viewBox, role="img" or title'
    css = root.findtext(SVG + 'style') or ''
    if re.search(r'url\(|@import|@font-face', css):
        yield 'its style loads something'
    for item in root.iter():
        kind = item.tag.removeprefix(SVG)
        more = set(item.attrib) - KNOWN.get(kind, set())
        if kind not in KNOWN or more:
            yield 'a %s%s: its place or colour is not checked' % (
                kind, ''.join(' with ' + m for m in sorted(more)))


def problems(text):
    """Sentences: what is wrong with the drawing, whose file has this text."""
    root = ElementTree.fromstring(text)
    found = list(form_problems(root))
    if found:
        return found
    image = tuple(map(float, root.get('viewBox').split()))
    items = [i for i in root if i.tag.removeprefix(SVG) not in ('title', 'style')]
    boxes = {i: box_of(i) for i in items}
    image = image[0], image[1], image[0] + image[2], image[1] + image[3]
    return (list(place_problems(items, boxes, image))
            + list(colour_problems(items, boxes, root.findtext(SVG + 'style'))))
