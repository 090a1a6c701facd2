# SPDX-License-Identifier: BSD-2-Clause
"""plot.py - the plots of tools/latency: how long an interrupt waits, by when it comes.

A plot is (name, stretches, bands): the stretches with interrupts off as (begin, length), in which the wait
falls from the length to 0; and the longest wait that was measured in each of so many equal bands.
"""
from picture import element, label, scale, svg, ticks

WIDTH, HEIGHT, GAP, COLUMNS = 420, 150, 50, 2
CEILING = 4000				# of the axis; what is higher is cut, and said
ROWS, SHADES = 8, 100			# of a plot in characters: lines, columns


def points(stretches, k_max):
    """The corners of the computed wait over 0 to k_max."""
    found = [(0, 0)]
    for begin, length in stretches:
        if begin > k_max:
            break
        end = min(begin + length, k_max)
        found += [(begin, 0), (begin, length), (end, begin + length - end)]
    return found + [(k_max, found[-1][1] if found[-1][0] >= k_max else 0)]


def draw_one(name, stretches, bands, k_max, x, y):
    px, to_y = scale(0, k_max, x, x + WIDTH), scale(0, CEILING, y + HEIGHT, y)

    def py(wait):
        return to_y(min(wait, CEILING))

    line = ' '.join('%.1f,%.1f' % (px(k), py(w)) for k, w in points(stretches, k_max))
    each = k_max / len(bands)
    dots = ''.join(element('circle', cx='%.1f' % px((i + 0.5) * each), cy='%.1f' % py(w), r=1.5)
                   for i, w in enumerate(bands) if w)
    cut = ', up to %d' % max(bands) if max(bands) > CEILING else ''
    axis = ''.join(label(x - 4, py(w) + 3, '%d' % w, 'end')
                   + element('line', x1=x, x2=x + WIDTH, y1='%.1f' % py(w), y2='%.1f' % py(w))
                   for w in ticks(0, CEILING))
    axis += label(x + WIDTH, y + HEIGHT + 14, 'k = %d' % k_max, 'end')
    return (label(x, y - 6, name + cut, 'start', class_='name') + element('g', axis, class_='axis')
            + element('polyline', points=line) + element('g', dots, class_='dots') + '\n')


STYLE = ('polyline{fill:none;stroke:#36c;stroke-width:0.7}.dots{fill:#c30}.axis line{stroke:#ddd}'
         '.name{font-size:12px}')
HEAD = ('Instructions for which an interrupt waits that comes k instructions after the operation began '
        '(line, computed), or k after the interrupt before (dots, measured, the longest of a band)')


def draw_svg(plots, k_max):
    rows = (len(plots) + COLUMNS - 1) // COLUMNS
    parts = [element('style', STYLE), element('rect', width='100%', height='100%', fill='white'),
             label(GAP, 16, HEAD, 'start'), '\n']
    for i, plot in enumerate(plots):
        parts.append(draw_one(*plot, k_max, GAP + i % COLUMNS * (WIDTH + GAP),
                              40 + i // COLUMNS * (HEIGHT + GAP)))
    return svg(parts, COLUMNS * (WIDTH + GAP) + 10, rows * (HEIGHT + GAP) + 40,
               xmlns='http://www.w3.org/2000/svg', font_family='sans-serif', font_size=10) + '\n'


def band_waits(stretches, k_max, count):
    """The longest computed wait in each of `count` bands."""
    each, waits = k_max / count, [0] * count
    for begin, length in stretches:
        for i in range(int(begin / each), min(count, int((begin + length) / each) + 1)):
            waits[i] = max(waits[i], begin + length - max(begin, int(i * each)))
    return waits


def draw_text(plots, k_max):
    """`:` as high as the computed wait, `o` at what was measured."""
    text, step = '', CEILING // ROWS
    for name, stretches, bands in plots:
        computed, each = band_waits(stretches, k_max, SHADES), len(bands) / SHADES
        measured = [max(bands[int(i * each):int((i + 1) * each)]) for i in range(SHADES)]
        text += '%s\n' % name
        for level in range(CEILING - step, -1, -step):
            text += '%5d |%s\n' % (level, ''.join(
                'o' if min(m, CEILING - 1) // step == level // step else ':' if c > level else ' '
                for c, m in zip(computed, measured)))
        text += '      +%s k = %d\n\n' % ('-' * SHADES, k_max)
    return text
