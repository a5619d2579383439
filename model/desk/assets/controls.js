/* Sliders for the numbers of the policy's rows, and for the instance's figures. Names only ever enter the page as text. */
import { state } from './state.js';

const round = (value) => Number(value.toPrecision(10));
const shown = (value, unit) => (unit === 'year' ? String(value) : `${Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 4 })} ${unit}`.trim());
let number = 0;

export function element(tag, about = {}, ...inside) {
  const found = document.createElement(tag);
  for (const [key, value] of Object.entries(about)) {
    if (key === 'text') found.textContent = value;
    else if (key.startsWith('on')) found.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) found.setAttribute(key, value === true ? '' : value);
  }
  found.append(...inside);
  return found;
}

/* One slider. `set` takes the value as it is moved; `ends` is called when the hand lets go. */
function slider({ label, full, unit, min, max, step, value, set, id, moved }, hand) {
  const at = `s${number += 1}`;
  const written = element('output', { for: at, text: shown(value, unit) });
  const input = element('input', { type: 'range', id: at, min, max, step, 'aria-valuetext': shown(value, unit), 'aria-label': full ?? label, 'data-id': id });
  input.value = value;
  const box = element('div', { class: moved ? 'slide moved' : 'slide' }, element('label', { for: at, text: label }), written, element('div', { class: 'track' }, input));
  input.addEventListener('input', () => {
    const now = Number(input.value);
    written.textContent = shown(now, unit);
    input.setAttribute('aria-valuetext', shown(now, unit));
    set(round(now));
    hand.moves(id);
  });
  input.addEventListener('change', () => hand.ends(id));
  return box;
}

function range(spec, value) {
  if (spec.max !== undefined) return { min: Math.min(spec.min, value), max: Math.max(spec.max, value), step: spec.step };
  const most = value > 0 ? 2 * value : 10;
  const step = 10 ** Math.floor(Math.log10(most / 50));
  return { min: 0, max: round(Math.ceil(most / step) * step), step };
}

/* The sliders of one number of a row: one, or one a year. */
function cell(spec, row, about, words, hand, again) {
  const given = row[spec.cell] ?? spec.blank;
  if (given === undefined) return [];
  const one = (value, set, label, id) => slider({
    label, full: `${words}: ${label}`, unit: spec.unit, ...range(spec, round(value / spec.per)), value: round(value / spec.per), set: (v) => set(round(v * spec.per)), id, moved: about.moved(spec.cell),
  }, hand);
  if (typeof given === 'number') {
    const found = [one(given, (v) => { row[spec.cell] = v; }, spec.label, `${about.id}.${spec.cell}`)];
    if (spec.by_year) found.push(element('button', { type: 'button', class: 'small', text: 'a value by year', 'aria-label': `${words}: a value by year`, onclick: () => {
      const first = row.from ?? hand.years[0];
      const last = Math.min(row.to ?? hand.years[1], hand.years[1]);
      const middle = Math.round((first + last) / 2);
      row[spec.cell] = Object.fromEntries([...new Set([first, middle, last])].map((year) => [String(year), given]));
      again();
    } }));
    return found;
  }
  const years = Object.keys(given).sort();
  const found = years.map((year) => {
    const box = one(given[year], (v) => { given[year] = v; }, `${spec.label}, ${year}`, `${about.id}.${spec.cell}.${year}`);
    if (years.length > 1) box.querySelector('.track').append(element('button', { type: 'button', class: 'small', text: '×', 'aria-label': `${words}: no value of its own in ${year}`, onclick: () => { delete given[year]; again(); } }));
    return box;
  });
  const year = element('select', { class: 'small', 'aria-label': `${words}: a year with a value of its own` });
  for (let y = hand.years[0]; y <= hand.years[1]; y += 1) if (!(String(y) in given)) year.append(element('option', { text: String(y) }));
  const add = element('button', { type: 'button', class: 'small', text: 'add a year', onclick: () => {
    const before = years.filter((y) => y < year.value).pop() ?? years[0];
    given[year.value] = given[before];
    again();
  } });
  return [...found, element('div', {}, year, ' ', add)];
}

function when(kind, row, about, words, hand) {
  const year = (key, label, blank) => slider({
    label, full: `${words}: ${label}`, unit: 'year', min: hand.years[0], max: hand.years[1], step: 1, value: row[key] ?? blank, moved: about.moved(key), set: (v) => { row[key] = v; }, id: `${about.id}.${key}`,
  }, hand);
  return [year('from', 'from the year', hand.years[0]), year('to', 'to the year', hand.years[1])];
}

function same(a, b) { return JSON.stringify(a) === JSON.stringify(b); }

/* The tightest level of a row that can be met, as a mark on its slider; the text says it too. */
export function mark(id, level, per) {
  const input = document.querySelector(`[data-id="${CSS.escape(id)}"]`);
  if (!input) return;
  const track = input.parentElement;
  track.querySelector('.mark')?.remove();
  track.parentElement.querySelector('.edge')?.remove();
  if (level === null || level === undefined) return;
  const value = level / per;
  const part = (value - Number(input.min)) / (Number(input.max) - Number(input.min));
  const said = `The tightest that can be met: ${shown(Math.ceil(value * 100 - 1e-4) / 100, '%')}`;
  if (part >= 0 && part <= 1) track.append(element('i', { class: 'mark', style: `left:calc(.5rem + (100% - 1rem) * ${part})`, title: said }));
  track.parentElement.append(element('p', { class: 'hint edge', text: said }));
}

export function draw(form, about, words, hand) {
  const parts = [];
  const started = about.policies[state.policy] ?? {};
  for (const [kind, specs] of Object.entries(about.rows)) {
    (Array.isArray(state.data[kind]) ? state.data[kind] : []).forEach((row, i) => {
      const id = `${kind}.${i}`;
      const called = words[id] ?? row.title ?? id;
      const was = started[kind]?.[i] ?? {};
      const of = { id, moved: (key) => !same(was[key], row[key]) };
      const again = () => hand.redraws(id);
      const inside = specs.flatMap((spec) => cell(spec, row, of, called, hand, again));
      parts.push(element('fieldset', {}, element('legend', { text: called }), ...inside, ...when(kind, row, of, called, hand)));
    });
  }
  const figures = about.figures.map((f) => slider({
    label: f.title, full: `${f.title}, ${f.unit}`, unit: f.value === null ? f.unit : '', min: f.min, max: f.max, step: f.step === 'any' ? (f.max - f.min) / 100 : f.step,
    value: state.figures[f.name] ?? f.value ?? f.min, moved: f.name in state.figures, id: `figure.${f.name}`,
    set: (v) => { if (v === f.value) delete state.figures[f.name]; else state.figures[f.name] = v; },
  }, hand));
  if (figures.length) parts.push(element('fieldset', {}, element('legend', { text: 'Weighty figures, from low to high' }), ...figures));
  const edits = about.edits.map((e) => {
    const now = state.edits[e.key];
    const value = now === undefined ? e.value : Number(/-?[\d.]+/.exec(String(now))?.[0] ?? e.value);
    return slider({
      label: e.title, full: `${e.title}, ${e.unit}`, unit: e.unit, min: e.min, max: e.max, step: e.step, value, moved: now !== undefined, id: `edit.${e.key}`,
      set: (v) => { if (v === e.value) delete state.edits[e.key]; else state.edits[e.key] = e.form.replace('{}', String(v)); },
    }, hand);
  });
  if (edits.length) parts.push(element('fieldset', {}, element('legend', { text: 'Lead times and demand' }), ...edits));
  form.replaceChildren(...parts);
}
