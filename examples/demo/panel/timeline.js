// Draws one load: a lane for each endpoint with its attempts as bars, the moments as vertical lines.

import { ms, svg, words } from './dom.js';

const GUTTER = 56;
const EDGE = 12;
const LANE = 46;
const BAR = 26;
const LABEL_ROW = 18;
const AXIS = 30;
const CHAR = 6.5;

const MARKERS = [
  { key: 'start', text: 'loader starts', tone: 'quiet' },
  { key: 'pageLoad', text: "page's load event", tone: 'quiet' },
  { key: 'hedge', text: 'hedge', tone: 'hedge' },
  { key: 'commit', text: 'commit', tone: 'quiet' },
  { key: 'visible', text: 'chat visible', tone: 'visible' },
];

export function drawTimeline(host, load) {
  const width = Math.max(300, host.clientWidth);
  if (!load || load.timeOrigin === null) return host.replaceChildren(empty(width));

  const live = !load.settled;
  const span = Math.max(120, (live ? Math.max(load.extent, load.now) : load.extent) * 1.04);
  const x = (time) => GUTTER + (Math.max(0, time) / span) * (width - GUTTER - EDGE);

  const labels = placeLabels(moments(load), x, width);
  const head = 8 + LABEL_ROW * Math.max(1, ...labels.map((label) => label.row + 1));
  const lanes = stack(load);
  const bottom = head + lanes.reduce((sum, lane) => sum + lane.height, 0);

  const picture = svg('svg', { viewBox: `0 0 ${width} ${bottom + AXIS}`, width, height: bottom + AXIS, role: 'img', 'aria-label': summary(load) });
  picture.append(hatch(), axis(span, x, head, bottom, width), ...labels.map((label) => drawMarker(label, head, bottom)));
  let top = head;
  for (const lane of lanes) {
    picture.append(drawLane(lane, top, x, width, load));
    top += lane.height;
  }
  if (live) picture.append(svg('line', { class: 'now', x1: x(load.now), x2: x(load.now), y1: head, y2: bottom }));
  host.replaceChildren(picture);
}

function moments(load) {
  const hedge = load.attempts.find((attempt) => attempt.why === 'hedge')?.start;
  const times = { ...load.markers, hedge };
  return MARKERS.filter(({ key }) => times[key] !== undefined)
    .map((marker) => ({ ...marker, time: times[marker.key] }))
    .sort((a, b) => a.time - b.time);
}

/**
 * Gives each label the lowest row, right or left of its line, in which it touches no other label and no
 * line runs through it. Lines start at their label and run down through all rows beneath.
 */
function placeLabels(markers, x, width) {
  const placed = [];
  markers.forEach((marker, index) => {
    const text = `${marker.text} ${Math.round(marker.time).toLocaleString('en')}`;
    const at = x(marker.time);
    const size = text.length * CHAR + 10;
    const next = markers[index + 1];
    const right = { from: at, to: at + size, flip: false, clear: at + size <= width && !(next && x(next.time) < at + size) };
    const left = { from: at - size, to: at, flip: true, clear: at - size >= 0 };
    const sides = [right, left].filter((side) => side.clear);
    const free = (side, row) => placed.every((other) =>
      (other.row !== row || side.from >= other.to || side.to <= other.from) && (other.row < row || other.at <= side.from || other.at >= side.to));
    for (let row = 0; ; row += 1) {
      const side = (sides.length > 0 ? sides : [at + size <= width ? right : left]).find((one) => free(one, row));
      if (!side) continue;
      placed.push({ ...marker, ...side, text, at, row });
      return;
    }
  });
  return placed;
}

function drawMarker({ text, tone, at, flip, row }, head, bottom) {
  const baseline = head - 8 - row * LABEL_ROW;
  return svg('g', { class: `marker ${tone}` },
    svg('line', { x1: at, x2: at, y1: baseline - 9, y2: bottom }),
    svg('text', { x: flip ? at - 5 : at + 5, y: baseline, 'text-anchor': flip ? 'end' : 'start' }, text));
}

/** Lanes in the order of the config; attempts that overlap in time get rows of their own. */
function stack(load) {
  return load.cdns.map(({ id }) => {
    const rows = [];
    for (const attempt of load.attempts.filter((one) => one.endpoint === id)) {
      const row = rows.find((bars) => bars.at(-1).end <= attempt.start) ?? rows[rows.push([]) - 1];
      row.push(attempt);
    }
    return { id, rows, height: Math.max(1, rows.length) * LANE };
  });
}

function drawLane({ id, rows, height }, top, x, width, load) {
  const middle = top + LANE / 2;
  const seen = load.seen.filter((request) => request.cdn === id && !request.probe && request.at >= 0 && request.at <= load.extent + 1);
  return svg('g', { class: 'lane' },
    svg('line', { class: 'rule', x1: 0, x2: width, y1: top, y2: top }),
    svg('text', { class: 'endpoint', x: 0, y: middle + 4 }, id),
    rows.flatMap((bars, index) => bars.map((attempt) => drawBar(attempt, top + index * LANE + (LANE - BAR) / 2, x, width, load))),
    seen.map((request) => svg('circle', { class: 'seen', cx: x(request.at), cy: top + height - 5, r: 2.5 }, svg('title', null, `request reached ${id} at ${ms(request.at)}`))));
}

function drawBar(attempt, y, x, width, load) {
  const from = x(attempt.start);
  const end = attempt.end ?? (load.settled ? load.extent : load.now);
  const size = Math.max(3, x(end) - from);
  const outcome = attempt.outcome ?? 'open';
  const parts = [attempt.why, ...verdict(attempt)].map(words);
  const label = parts.join(' · ');
  return svg('g', { class: `bar ${outcome}` },
    svg('title', null, `${attempt.url}\n${label}\n${ms(attempt.start)} to ${attempt.end === undefined ? 'still open' : ms(attempt.end)}`),
    svg('rect', { x: from, y, width: size, height: BAR, rx: 4 }),
    barText(parts, from, size, width, y + BAR / 2 + 4));
}

/** The outcome and its reason, without saying the same word twice. */
function verdict({ outcome, reason }) {
  if (!outcome || outcome === 'won') return outcome ? [outcome] : [];
  return reason?.includes(outcome) ? [reason] : [outcome, reason].filter(Boolean);
}

/** As much of the text as fits inside the bar, or beside it; on a narrow screen perhaps none. */
function barText(parts, from, size, width, y) {
  for (let count = parts.length; count > 0; count -= 1) {
    const text = parts.slice(0, count).join(' · ');
    const place = textPlace(text, from, size, width);
    if (place) return svg('text', { ...place, y }, text);
  }
  return null;
}

function textPlace(label, from, size, width) {
  const need = label.length * CHAR + 16;
  if (need <= size) return { x: from + 9, class: 'inside' };
  if (from + size + need <= width) return { x: from + size + 7, class: 'beside' };
  return from - need >= GUTTER && { x: from - 7, 'text-anchor': 'end', class: 'beside' };
}

function axis(span, x, head, bottom, width) {
  const wanted = span / Math.max(2, (width - GUTTER) / 90);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= wanted);
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
  return svg('g', { class: 'axis' },
    svg('line', { class: 'rule', x1: 0, x2: width, y1: bottom, y2: bottom }),
    ticks.map((tick) => svg('g', null,
      svg('line', { x1: x(tick), x2: x(tick), y1: head, y2: bottom + 4 }),
      svg('text', { x: x(tick), y: bottom + 19, 'text-anchor': 'middle' }, tick.toLocaleString('en')))),
    svg('text', { x: 0, y: bottom + 19 }, 'ms'));
}

function hatch() {
  return svg('defs', null,
    svg('pattern', { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      svg('rect', { class: 'hatch-ground', width: 6, height: 6 }),
      svg('line', { class: 'hatch-line', x1: 0, x2: 0, y1: 0, y2: 6 })));
}

function empty(width) {
  return svg('svg', { viewBox: `0 0 ${width} 120`, width, height: 120, 'aria-hidden': 'true', class: 'idle' },
    ['cdn1', 'cdn2'].map((id, index) => svg('g', null,
      svg('line', { class: 'rule', x1: 0, x2: width, y1: 8 + index * LANE, y2: 8 + index * LANE }),
      svg('text', { class: 'endpoint', x: 0, y: 8 + index * LANE + LANE / 2 + 4 }, id))),
    svg('line', { class: 'rule', x1: 0, x2: width, y1: 8 + 2 * LANE, y2: 8 + 2 * LANE }));
}

function summary(load) {
  const bars = load.attempts.map((attempt) => `${attempt.endpoint} ${words(attempt.why)} from ${ms(attempt.start)}: ${words(attempt.outcome ?? 'open')}`);
  const visible = load.visible === undefined ? 'chat not visible' : `chat visible at ${ms(load.visible)}`;
  return ['Timeline of the load', ...bars, visible].join('. ');
}
