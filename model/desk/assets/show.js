/* Lays out a picture: the report's words as they come (names are escaped where they are made), and its charts. */
import { element } from './controls.js';

const charts = new Map();
const chosen = {};
let last = null;

function theme() {
  const css = getComputedStyle(document.documentElement);
  const value = (name) => css.getPropertyValue(name).trim();
  return {
    ink: value('--ink'), muted: value('--muted'), line: value('--line'), paper: value('--paper'), soft: value('--soft'),
    accent: value('--accent'), land: value('--land'), missed: value('--missed'), pale: value('--pale'), deep: value('--deep'), font: value('--sans'),
    series: Array.from({ length: 8 }, (_, i) => value(`--s${i}`)),
    countries: Array.from({ length: 64 }, (_, i) => value(`--c${i}`)).filter(Boolean),
  };
}

function figure(id, one, box) {
  const title = element('h3', { id: `${id}-title`, text: one.title });
  const controls = element('div', { class: 'controls' });
  for (const [key, shown] of Object.entries(one.shown)) {
    const at = `${id}-${key}`;
    const list = element('select', { id: at, onchange: () => { chosen[at] = list.selectedIndex; chart(id, last.pictures[id]); } });
    shown.forEach((text) => list.append(element('option', { text })));
    list.selectedIndex = Math.min(chosen[at] ?? 0, shown.length - 1);
    controls.append(element('span', { class: 'control' }, element('label', { for: at, text: one.labels[key] }), list));
  }
  const legend = element('div');
  legend.innerHTML = one.legend;
  const caption = element('figcaption');
  caption.innerHTML = one.caption;
  const plot = element('div', { class: 'plot', style: `height:${one.height}px`, role: 'img', 'aria-label': `${one.title}; the report that you export has its table` });
  box.replaceChildren(element('figure', { class: 'picture', 'aria-labelledby': `${id}-title` }, title, controls, legend, plot, caption));
  return plot;
}

function chart(id, one) {
  const box = document.querySelector(`[data-picture="${id}"]`);
  const frame = JSON.stringify([one.title, one.shown, one.legend, one.caption]);
  let kept = charts.get(id);
  if (!kept || kept.frame !== frame) {
    kept?.chart.dispose();
    const plot = figure(id, one, box);
    kept = { frame, plot, chart: echarts.init(plot, null, { renderer: 'svg', width: plot.clientWidth || 600, height: one.height }) };
    charts.set(id, kept);
  }
  const look = theme();
  const wide = kept.plot.clientWidth;
  const picked = {};
  for (const [key, values] of Object.entries(one.controls)) {
    const at = Math.min(chosen[`${id}-${key}`] ?? 0, values.length - 1);
    picked[key] = values[at];
    picked[`${key}Shown`] = one.shown[key][at];
  }
  const option = drawings[one.kind](one.data, picked, look, wide);
  const height = option.height ?? one.height;
  delete option.height;
  delete option.beside;
  kept.plot.style.height = `${height}px`;
  kept.chart.clear();
  kept.chart.resize({ width: wide, height, silent: true });
  kept.chart.setOption({
    animation: false, backgroundColor: 'transparent', textStyle: { fontFamily: look.font, color: look.ink, fontSize: 12 }, ...option,
    tooltip: { confine: true, backgroundColor: look.paper, borderColor: look.line, padding: [6, 9], textStyle: { color: look.ink, fontSize: 12 }, extraCssText: 'box-shadow:none', ...option.tooltip },
  }, { notMerge: true });
  kept.plot.dataset.drawn = 'yes';
}

export function drawCharts() {
  if (!last) return;
  for (const box of document.querySelectorAll('[data-picture]')) {
    const one = last.pictures[box.dataset.picture];
    if (one) chart(box.dataset.picture, one);
    else {
      charts.get(box.dataset.picture)?.chart.dispose();
      charts.delete(box.dataset.picture);
      box.replaceChildren();
    }
  }
}

export function show(picture) {
  last = picture;
  const main = document.getElementById('picture');
  main.dataset.checked = picture.checked ? 'yes' : 'no';
  for (const [part, html] of Object.entries(picture.parts)) {
    const box = document.querySelector(`[data-part="${part}"]`);
    if (box && box.dataset.html !== html) {
      const open = [...box.querySelectorAll('.scroll')].map((s) => [s.scrollLeft, s.scrollTop]);
      box.innerHTML = html;
      box.dataset.html = html;
      box.querySelectorAll('.scroll').forEach((s, i) => { if (open[i]) [s.scrollLeft, s.scrollTop] = open[i]; });
    }
  }
  requestAnimationFrame(drawCharts);
}

const usd = (value) => {
  const size = Math.abs(value);
  const [per, unit] = size >= 1e9 ? [1e9, 'bn USD'] : size >= 1e6 ? [1e6, 'm USD'] : [1, 'USD'];
  return `${value < 0 ? '−' : '+'}${Number((size / per).toPrecision(3)).toLocaleString('en-US')} ${unit}`;
};

/* What changed since the pinned plan: figures, and decisions that are new, gone or other. */
export function since(pinned, picture) {
  const section = document.getElementById('since');
  section.hidden = !pinned;
  if (!pinned) return;
  const was = new Map(pinned.facts.map((f) => [f.key, f]));
  const rows = picture.facts.filter((f) => was.has(f.key)).map((f) => {
    const old = was.get(f.key);
    const money = ['premium', 'cost', 'capital'].includes(f.key) && Math.abs(f.value - old.value) > 0.5;
    return element('tr', {}, element('th', { scope: 'row', text: f.label }), element('td', { text: old.shown }), element('td', { text: f.shown }),
      element('td', money ? { class: `n ${f.value > old.value ? 'up' : 'down'}`, text: usd(f.value - old.value) } : { text: f.shown === old.shown ? 'the same' : '' }));
  });
  const head = element('tr', {}, ...['', 'Pinned', 'Now', 'Difference'].map((text) => element('th', { scope: 'col', text })));
  const table = element('table', {}, element('caption', { text: 'Now against the pinned plan' }), element('thead', {}, head), element('tbody', {}, ...rows));
  const old = new Map(pinned.decisions.map((d) => [d.plant, d]));
  const lines = [];
  for (const d of picture.decisions) {
    const before = old.get(d.plant);
    old.delete(d.plant);
    const t = Math.round(d.t).toLocaleString('en-US');
    if (!before) lines.push(`New: ${d.name} (${d.where}), ${t} t/yr, decided ${d.years}`);
    else if (Math.abs(d.t - before.t) > 0.01 * before.t) lines.push(`${d.name} (${d.where}): ${Math.round(before.t).toLocaleString('en-US')} → ${t} t/yr`);
    else if (d.years !== before.years) lines.push(`${d.name} (${d.where}): decided ${before.years} → ${d.years}`);
  }
  for (const d of old.values()) lines.push(`Gone: ${d.name} (${d.where}), ${Math.round(d.t).toLocaleString('en-US')} t/yr`);
  const list = element('ul', { class: 'off' }, ...(lines.length ? lines : ['The same plants are built.']).map((text) => element('li', { text })));
  section.querySelector('.part').replaceChildren(element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Now against the pinned plan' }, table), list);
}
