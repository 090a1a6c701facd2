# SPDX-License-Identifier: BSD-2-Clause
"""plot.py - the plots of tools/latency: how long an interrupt waits, by when it comes.

A plot is (name, stretches, bands): the stretches with interrupts off as (begin, length), in which the wait
falls from the length to 0; and the longest wait that was measured in each of so many equal bands.
"""
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
    def px(k):
        return x + k * WIDTH / k_max

    def py(wait):
        return y + HEIGHT - min(wait, CEILING) * HEIGHT / CEILING

    line = ' '.join('%.1f,%.1f' % (px(k), py(w)) for k, w in points(stretches, k_max))
    each = k_max / len(bands)
    dots = ''.join('<circle cx="%.1f" cy="%.1f" r="1.5"/>' % (px((i + 0.5) * each), py(w))
                   for i, w in enumerate(bands) if w)
    cut = ', up to %d' % max(bands) if max(bands) > CEILING else ''
    axis = ''.join('<text x="%d" y="%.1f" text-anchor="end">%d</text>'
                   '<line x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>'
                   % (x - 4, py(w) + 3, w, x, x + WIDTH, py(w), py(w)) for w in range(0, CEILING + 1, 1000))
    return ('<text x="%d" y="%d" class="name">%s%s</text><g class="axis">%s<text x="%d" y="%d" '
            'text-anchor="end">k = %d</text></g><polyline points="%s"/><g class="dots">%s</g>\n'
            % (x, y - 6, name, cut, axis, x + WIDTH, y + HEIGHT + 14, k_max, line, dots))


def draw_svg(plots, k_max):
    rows = (len(plots) + COLUMNS - 1) // COLUMNS
    width, height = COLUMNS * (WIDTH + GAP) + 10, rows * (HEIGHT + GAP) + 40
    text = ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" '
            'font-size="10">\n<style>polyline{fill:none;stroke:#36c;stroke-width:0.7}.dots{fill:#c30}'
            '.axis line{stroke:#ddd}.name{font-size:12px}</style>\n<rect width="100%%" height="100%%" '
            'fill="white"/>\n<text x="%d" y="16">Instructions for which an interrupt waits that comes k '
            'instructions after the operation began (line, computed), or k after the interrupt before '
            '(dots, measured, the longest of a band)</text>\n') % (width, height, GAP)
    for i, plot in enumerate(plots):
        text += draw_one(*plot, k_max, GAP + i % COLUMNS * (WIDTH + GAP), 40 + i // COLUMNS * (HEIGHT + GAP))
    return text + '</svg>\n'


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
