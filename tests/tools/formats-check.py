#!/usr/bin/env python3
# formats-check.py - reads the exports of a recording with pandas, lxml and Praat
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
"""formats-check.py FORMAT STEM EXPECTED.json

Compares the files that begin with STEM with what is expected to be in them. Exit status 77 when the reader is absent.
"""

import json
import math
import re
import shutil
import subprocess
import sys
import tempfile

SECONDS = 2e-6
DIGITS = 6e-6  # relative: of six that count, rounded


def absent(package):
    print(f'{package} is not installed')
    sys.exit(77)


def same(value, wanted):
    if wanted is None:
        return value is None or (isinstance(value, float) and math.isnan(value))
    return value == wanted if isinstance(wanted, str) else abs(value - wanted) <= DIGITS * abs(wanted)


def check(value, wanted, what):
    assert same(value, wanted), f'{what}: {value!r}, expected {wanted!r}'


def check_time(value, wanted, what):
    assert abs(value - wanted) <= SECONDS, f'{what}: {value!r} s, expected {wanted!r} s'


def one_line(text):
    return re.sub('[\t\r\n]', ' ', text)


def own_times(windows):
    """What each window stands for: halfway to its neighbours, where they touch it."""
    times = []
    for i, window in enumerate(windows):
        start, end = window['start'], window['end']
        middle = (start + end) / 2
        if i > 0 and windows[i - 1]['end'] >= start:
            start = (middle + (windows[i - 1]['start'] + windows[i - 1]['end']) / 2) / 2
        if i + 1 < len(windows) and windows[i + 1]['start'] <= end:
            end = (middle + (windows[i + 1]['start'] + windows[i + 1]['end']) / 2) / 2
        times.append((start, end))
    return times


def caption(row):
    name = one_line(row['speaker']) + ': ' if row['speaker'] else ''
    if row['emotion'] == 'none':
        return name + 'no speech'
    return f'{name}{row["emotion"]} {100 * row["confidence"]:.0f} %'


def tiers(wanted):
    """Name and (start, end, text) of the intervals of each tier."""
    if wanted['speakers']:
        found = [(name, [s for s in wanted['segments'] if s['speaker'] == name]) for name in wanted['speakers']]
    else:
        found = [('segments', wanted['segments'])]
    found = [(one_line(name), [(s['start'], s['end'], s['emotion']) for s in rows]) for name, rows in found]
    windows = [(*time, f'{w["emotion"]} {w["confidence"]:.2f}')
               for time, w in zip(own_times(wanted['windows']), wanted['windows'], strict=True)]
    # No two tiers have one name, and a speaker of ours is called like this.
    return found + [('windows 2' if 'windows' in wanted['speakers'] else 'windows', windows)]


# ---- CSV ----

RENAMED = {'pitch': 'pitch_hz', 'loudness': 'loudness_dbfs'}


def check_row(row, wanted, labels, what):
    for name, value in wanted.items():
        if name in ('scores', 'scores_z'):
            for label, score in zip(labels, value, strict=True):
                check(row[f'score_{label}' + name[6:]], score, f'{what} {name} {label}')
        elif name == 'speaker':
            check(row['speaker'], value or '', f'{what} speaker')
        elif name in ('start', 'end'):
            check_time(row[name], value, f'{what} {name}')
        else:
            check(row[RENAMED.get(name, name)], value, f'{what} {name}')


def check_csv(stem, wanted):
    try:
        import pandas
    except ImportError:
        absent('python3-pandas')
    for kind, number in (('windows', 'window'), ('segments', 'segment')):
        texts = ['file', 'speaker', 'emotion', 'leading', 'gate']
        frame = pandas.read_csv(f'{stem}.{kind}.csv', keep_default_na=False,
                                na_values={column: [''] for column in header(f'{stem}.{kind}.csv') if column not in texts})
        assert len(frame) == len(wanted[kind]), f'{len(frame)} {kind}'
        assert list(frame[number]) == list(range(len(frame)))
        assert set(frame['file']) <= {wanted['location']} and set(frame['track']) <= {1}
        for i, row in enumerate(frame.to_dict('records')):
            check_row(row, wanted[kind][i], wanted['labels'], f'{kind} {i}')
    frame = pandas.read_csv(f'{stem}.summary.csv', keep_default_na=False, na_values={'estimate': ['']})
    whole = frame[frame['speaker'] == '']
    assert not whole.duplicated(['measure', 'label']).any()
    values = {(row['measure'], row['label']): row['estimate'] for row in whole.to_dict('records')}
    check(values['windows', ''], wanted['counted'], 'windows')
    check(values['duration_s', ''], wanted['duration'], 'duration')
    check(values['truncated', ''], float(wanted['truncated']), 'truncated')
    for label, share in zip(wanted['labels'], wanted['shares'], strict=True):
        check(values['share', label], share, f'share of {label}')
    assert set(frame['speaker']) == {'', *wanted['speakers']}


def header(path):
    import csv
    with open(path, newline='', encoding='utf-8') as file:
        return next(csv.reader(file))


# ---- JSON lines ----

def check_jsonl(stem, wanted):
    rows = {}
    with open(f'{stem}.jsonl', encoding='utf-8') as file:
        for line in file:
            row = json.loads(line)
            rows.setdefault(row['row'], []).append(row)
    assert set(rows) <= {'recording', 'window', 'segment', 'summary'}, set(rows)
    recording, = rows['recording']
    assert recording['file'] == wanted['location'] and recording['title'] == wanted['title']
    assert recording['truncated'] is wanted['truncated'] and recording['labels'] == wanted['labels']
    assert [row['speaker'] for row in rows['summary']] == [None, *wanted['speakers']]
    for kind in ('window', 'segment'):
        found = rows.get(kind, [])
        assert len(found) == len(wanted[f'{kind}s']), f'{len(found)} of {kind}'
        for i, (row, expected) in enumerate(zip(found, wanted[f'{kind}s'], strict=True)):
            assert row['index'] == i and row.get('speaker') == expected['speaker']
            check_time(row['stream-time'], expected['start'], f'{kind} {i} start')
            check_time(row['stream-time'] + row['duration'], expected['end'], f'{kind} {i} end')
            for name in ('emotion', 'confidence', 'loudness', 'pitch_z', 'loudness_z'):
                check(row[name], expected[name], f'{kind} {i} {name}')
            check(row['pitch'], expected['pitch'] or 0, f'{kind} {i} pitch')
            assert list(row['scores']) == wanted['labels']
            for label, score in zip(wanted['labels'], expected['scores'], strict=True):
                check(row['scores'][label], score, f'{kind} {i} score of {label}')
    shares = rows['summary'][0]['shares']
    for label, share in zip(wanted['labels'], wanted['shares'], strict=True):
        check(shares[label]['sampling_only']['value'], share, f'share of {label}')


# ---- Praat ----

PRAAT = '''form Tiers
  sentence File
endform
grid = Read from file: file$
whole = Get end time
writeInfoLine: fixed$ (whole, 6)
n = Get number of tiers
for t to n
  name$ = Get tier name: t
  k = Get number of intervals: t
  appendInfoLine: name$, tab$, k
  for i to k
    start = Get start time of interval: t, i
    end = Get end time of interval: t, i
    text$ = Get label of interval: t, i
    appendInfoLine: fixed$ (start, 6), tab$, fixed$ (end, 6), tab$, text$
  endfor
endfor
'''


def run_praat(path):
    if not shutil.which('praat'):
        absent('praat')
    with tempfile.NamedTemporaryFile('w', suffix='.praat') as script:
        script.write(PRAAT)
        script.flush()
        done = subprocess.run(['praat', '--run', script.name, path], capture_output=True)
    assert done.returncode == 0, done.stderr
    # Praat prints in the encoding of the text that it prints.
    output = done.stdout
    return output.decode('utf-16' if output[:2] in (b'\xff\xfe', b'\xfe\xff') else 'utf-8').split('\n')


def check_textgrid(stem, wanted):
    lines = iter(run_praat(f'{stem}.TextGrid'))
    end = float(next(lines))
    assert end >= wanted['duration'] - SECONDS
    for name, intervals in tiers(wanted):
        title, count = next(lines).rsplit('\t', 1)
        assert title == name, f'tier {title!r}, expected {name!r}'
        found = [next(lines).split('\t', 2) for _ in range(int(count))]
        at = 0.0
        for start, stop, _ in found:
            check_time(float(start), at, f'{name}: a gap before')
            at = float(stop)
        check_time(at, end, f'{name}: its end')
        found = [row for row in found if row[2]]
        assert len(found) == len(intervals), f'{name}: {len(found)} intervals, expected {len(intervals)}'
        for (start, stop, text), interval in zip(found, intervals, strict=True):
            check_time(float(start), interval[0], f'{name}: start')
            check_time(float(stop), interval[1], f'{name}: end')
            assert text == interval[2], text
    assert ''.join(lines) == ''


# ---- ELAN ----

# The published EAFv3.0.xsd: children of each element in their order with their least number, attributes that it must
# have and may have.
EAF = {
    'ANNOTATION_DOCUMENT': (['LICENSE', 'HEADER!', 'TIME_ORDER!', 'TIER', 'LINGUISTIC_TYPE', 'LOCALE', 'LANGUAGE',
                             'CONSTRAINT', 'CONTROLLED_VOCABULARY', 'LEXICON_REF', 'REF_LINK_SET', 'EXTERNAL_REF'],
                            {'DATE', 'AUTHOR', 'VERSION'}, {'FORMAT'}),
    'HEADER': (['MEDIA_DESCRIPTOR', 'LINKED_FILE_DESCRIPTOR', 'PROPERTY'], set(), {'MEDIA_FILE', 'TIME_UNITS'}),
    'MEDIA_DESCRIPTOR': ([], {'MEDIA_URL', 'MIME_TYPE'}, {'RELATIVE_MEDIA_URL', 'TIME_ORIGIN', 'EXTRACTED_FROM'}),
    'TIME_ORDER': (['TIME_SLOT'], set(), set()),
    'TIME_SLOT': ([], {'TIME_SLOT_ID'}, {'TIME_VALUE'}),
    'TIER': (['ANNOTATION'], {'TIER_ID', 'LINGUISTIC_TYPE_REF'},
             {'PARTICIPANT', 'ANNOTATOR', 'DEFAULT_LOCALE', 'PARENT_REF', 'EXT_REF', 'LANG_REF'}),
    'ANNOTATION': (['ALIGNABLE_ANNOTATION!'], set(), set()),
    'ALIGNABLE_ANNOTATION': (['ANNOTATION_VALUE!'], {'ANNOTATION_ID', 'TIME_SLOT_REF1', 'TIME_SLOT_REF2'},
                             {'SVG_REF', 'EXT_REF', 'LANG_REF', 'CVE_REF'}),
    'ANNOTATION_VALUE': ([], set(), set()),
    'LINGUISTIC_TYPE': ([], {'LINGUISTIC_TYPE_ID'},
                        {'TIME_ALIGNABLE', 'CONSTRAINTS', 'GRAPHIC_REFERENCES', 'CONTROLLED_VOCABULARY_REF', 'EXT_REF',
                         'LEXICON_REF'}),
}
DATE_TIME = r'-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?'
ID = r'[A-Za-z_][\w.-]*'


def check_structure(element):
    children, must, may = EAF[element.tag]
    order = [name.rstrip('!') for name in children]
    tags = [child.tag for child in element]
    assert sorted(tags, key=order.index) == tags, f'children of {element.tag}'
    for name in children:
        assert not name.endswith('!') or tags.count(name.rstrip('!')) == 1, f'{name} in {element.tag}'
    attributes = {name for name in element.attrib if not name.startswith('{')}
    assert must <= attributes <= must | may, f'attributes of {element.tag}: {attributes}'
    for child in element:
        check_structure(child)


def unique(values, what):
    values = list(values)
    assert len(set(values)) == len(values), f'{what} that stand twice'
    return set(values)


def check_eaf(stem, wanted):
    try:
        from lxml import etree
    except ImportError:
        absent('python3-lxml')
    root = etree.parse(f'{stem}.eaf').getroot()
    assert root.tag == 'ANNOTATION_DOCUMENT' and root.get('FORMAT') == '3.0'
    assert re.fullmatch(DATE_TIME, root.get('DATE')), root.get('DATE')
    check_structure(root)
    assert root.find('HEADER').get('TIME_UNITS') == 'milliseconds'
    slots = {slot.get('TIME_SLOT_ID'): int(slot.get('TIME_VALUE')) for slot in root.iter('TIME_SLOT')}
    ids = [slot.get('TIME_SLOT_ID') for slot in root.iter('TIME_SLOT')]
    ids += [annotation.get('ANNOTATION_ID') for annotation in root.iter('ALIGNABLE_ANNOTATION')]
    unique(ids, 'identifiers')
    assert all(re.fullmatch(ID, value) for value in ids) and all(0 <= ms < 2 ** 32 for ms in slots.values())
    unique((tier.get('TIER_ID') for tier in root.iter('TIER')), 'tiers')
    kinds = unique((kind.get('LINGUISTIC_TYPE_ID') for kind in root.iter('LINGUISTIC_TYPE')), 'types')
    assert all(tier.get('LINGUISTIC_TYPE_REF') in kinds for tier in root.iter('TIER'))
    found = list(root.iter('TIER'))
    expected = tiers(wanted)
    assert len(found) == len(expected), f'{len(found)} tiers'
    for tier, (name, intervals) in zip(found, expected, strict=True):
        assert tier.get('TIER_ID') == name, tier.get('TIER_ID')
        annotations = list(tier.iter('ALIGNABLE_ANNOTATION'))
        assert len(annotations) == len(intervals), f'{name}: {len(annotations)} annotations'
        last = 0
        for annotation, (start, end, text) in zip(annotations, intervals, strict=True):
            first, second = (slots[annotation.get(f'TIME_SLOT_REF{i}')] for i in (1, 2))
            assert abs(first - 1000 * start) <= 0.5001 and abs(second - 1000 * end) <= 0.5001, (first, second, start, end)
            assert last <= first < second, f'{name}: annotations overlap'
            assert annotation.find('ANNOTATION_VALUE').text == text
            last = second


# ---- Audacity ----

def check_audacity(stem, wanted):
    try:
        import pandas
    except ImportError:
        absent('python3-pandas')
    for kind in ('segments', 'windows'):
        path = f'{stem}.audacity-{kind}.txt'
        if not wanted[kind]:
            with open(path, encoding='utf-8') as file:
                assert file.read() == ''
            continue
        frame = pandas.read_csv(path, sep='\t', header=None, names=['start', 'end', 'text'], quoting=3,
                                keep_default_na=False)
        assert len(frame) == len(wanted[kind]), f'{len(frame)} {kind}'
        for row, expected in zip(frame.itertuples(), wanted[kind], strict=True):
            check_time(row.start, expected['start'], 'start')
            check_time(row.end, expected['end'], 'end')
            assert row.text == caption(expected), row.text


def main():
    kind, stem, expected = sys.argv[1:]
    with open(expected, encoding='utf-8') as file:
        wanted = json.load(file)
    {'csv': check_csv, 'jsonl': check_jsonl, 'textgrid': check_textgrid, 'eaf': check_eaf,
     'audacity': check_audacity}[kind](stem, wanted)


main()
