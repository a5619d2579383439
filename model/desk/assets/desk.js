/* The page: what is moved is sent, one request at a time and the last one wins; what comes back is shown. */
import { draw, element, mark } from './controls.js';
import { drawCharts, show, since } from './show.js';
import { begin, commit, fromLink, replace, snapshot, state, toLink, undo, undoable } from './state.js';

const token = new URLSearchParams(location.search).get('token') ?? '';
const get = (id) => document.getElementById(id);
const REST = 120; // ms without a move before the plan is checked
const SAID = { moving: 'Solving: the picture is of an earlier move.', solved: 'Solved, not checked yet; prices, support and what happens when exports stop follow.', checked: 'Checked: this is the plan that solve.py gives.' };
let about = null;
let words = {};
let pinned = null;
let shown = null;
let busy = false;
let waiting = false;
let moved = 0;
let rest = 0;
let active = '';
let edges = 0;

export async function ask(path, body) {
  const answer = await fetch(`/api/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Desk-Token': token }, body: JSON.stringify(body) });
  if (!answer.ok && answer.status !== 400) throw new Error(await answer.text());
  return answer.json();
}

function says(kind, text = SAID[kind]) {
  const status = get('status');
  if (status.textContent !== text) status.textContent = text;
  status.dataset.state = kind;
}

function wrong(problems) {
  get('problems').hidden = !problems.length;
  get('problems').replaceChildren(...problems.map((text) => element('li', { text })));
}

function lay(picture) {
  shown = picture;
  words = picture.rows;
  show(picture);
  since(pinned, picture);
  says(picture.checked ? 'checked' : 'solved');
  document.body.dataset.shown = String(moved);
}

/* One request at a time: while it is under way the hand may move on, and only the last state is asked for next. */
async function send() {
  if (busy) { waiting = true; return; }
  busy = true;
  clearTimeout(rest);
  try {
    do {
      waiting = false;
      const mine = moved;
      says('moving');
      const found = await ask('move', snapshot());
      if (found.problems) { wrong(found.problems); says('problem', 'The plan shown is of an earlier move: this one is wrong, as said below.'); }
      else if (!found.stale) { wrong([]); if (mine === moved || !waiting) lay(found); else show(found); }
    } while (waiting);
  } catch (error) {
    wrong([String(error.message ?? error)]);
    says('problem', 'The desk does not answer. Is it still running in the terminal?');
  } finally {
    busy = false;
  }
  clearTimeout(rest);
  rest = setTimeout(check, REST);
}

async function check() {
  const mine = moved;
  try {
    const found = await ask('check', snapshot());
    if (mine !== moved || found.stale) return;
    if (found.problems) { wrong(found.problems); return; }
    lay(found);
    await edge(mine);
  } catch (error) {
    wrong([String(error.message ?? error)]);
  }
}

/* How tight the limit may be that was moved last: of one year where it has a value by year. */
async function edge(mine) {
  const [kind, row, cell, year] = active.split('.');
  const spec = about.rows[kind]?.find((s) => s.cell === cell && s.by_year && s.unit === '%');
  if (!spec || mine === edges) return;
  const found = await ask('ask/tightest', { state: snapshot(), row: `${kind}.${row}`, year: year === undefined ? null : Number(year) });
  if (mine !== moved || found.stale || found.problems) return;
  edges = mine;
  mark(active, found.level, spec.per);
}

function moves(id) {
  active = id;
  moved += 1;
  send();
}

const hand = {
  years: [0, 0],
  moves,
  ends(id) { if (commit(id)) afterwards(); },
  redraws(id) { hand.ends(id); redraw(); moves(id); },
};

function afterwards() {
  get('undo').disabled = !undoable();
  history.replaceState(null, '', `${location.pathname}${location.search}#s=${toLink(state)}`);
}

function redraw() {
  const focused = document.activeElement?.dataset?.id;
  draw(get('controls'), about, words, hand);
  get('policy').value = state.policy in about.policies ? state.policy : '';
  get('scenario').value = state.scenario;
  afterwards();
  if (focused) document.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function start(name) {
  replace({ policy: name, data: about.policies[name], figures: state.figures, edits: state.edits, scenario: state.scenario });
}

/* A question that takes long: how far it has come is shown, and it can be stopped. */
async function question(what, name, body) {
  const stop = element('button', { type: 'button', text: 'Stop', onclick: () => ask('stop', {}) });
  const progress = element('p', { role: 'status', class: 'waits', text: 'Starting…' });
  const box = element('div', { class: 'asked' }, element('h3', { text: name }), progress, stop);
  get('asked').replaceChildren(box);
  const listening = setInterval(async () => { const { said } = await ask('said', {}); if (said) progress.textContent = `${said}…`; }, 700);
  try {
    const found = await ask(`ask/${what}`, body);
    stop.remove();
    if (found.html !== undefined) {
      const inside = element('div', { class: 'part' });
      inside.innerHTML = found.html;
      progress.textContent = 'Of the plan as it was when it was asked:';
      box.append(inside);
    } else progress.textContent = found.stale ? 'Stopped.' : (found.problems ?? []).join(' ');
    return found;
  } finally {
    clearInterval(listening);
  }
}
const asks = [['why', 'Why not, and what would do it?'], ['latest', 'By when at the latest?']];
get('questions').append(...asks.map(([what, name]) => element('button', { type: 'button', id: `ask-${what}`, text: name, onclick: () => question(what, name, snapshot()).catch((error) => wrong([String(error.message ?? error)])) })));

/* Save: files that solve.py takes, or the plan's folder with its report. */
const dialog = get('keep');
get('save').addEventListener('click', () => { get('kept').replaceChildren(); dialog.showModal(); });
get('close').addEventListener('click', () => dialog.close());
async function keep(what) {
  get('kept').replaceChildren(element('p', { role: 'status', text: what === 'export' ? 'Checking and writing…' : 'Writing…' }));
  const found = await ask(`ask/${what}`, { name: get('name').value.trim(), state: snapshot() });
  if (found.problems || found.stale) { get('kept').replaceChildren(...(found.problems ?? ['Something newer was asked for.']).map((text) => element('p', { role: 'alert', text }))); return; }
  const lines = [element('p', { role: 'status', text: `Written to ${found.folder}.` })];
  for (const [name, text] of Object.entries(found.files ?? {})) lines.push(element('details', {}, element('summary', { text: name }), element('pre', { tabindex: 0, text })));
  if (found.call) lines.push(element('p', { text: 'To solve it again:' }), element('pre', { tabindex: 0, text: found.call }));
  if (found.report) lines.push(element('p', {}, element('a', { href: `/saved/${encodeURIComponent(found.report)}/report.html?token=${encodeURIComponent(token)}`, target: '_blank', rel: 'noopener', text: 'Open the report' })));
  get('kept').replaceChildren(...lines);
}
get('save-files').addEventListener('click', () => keep('save').catch((error) => wrong([String(error.message ?? error)])));
get('save-plan').addEventListener('click', () => keep('export').catch((error) => wrong([String(error.message ?? error)])));

get('policy').addEventListener('change', async () => { start(get('policy').value); words = {}; commit(); redraw(); moved += 1; await send(); redraw(); });
get('scenario').addEventListener('change', () => { state.scenario = get('scenario').value; hand.redraws('scenario'); });
get('undo').addEventListener('click', () => { undo(); redraw(); moves('undo'); });
get('controls').addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !get('undo').disabled) { event.preventDefault(); get('undo').click(); }
});
get('pin').addEventListener('click', () => {
  pinned = pinned ? null : shown;
  get('pin').textContent = pinned ? 'Unpin' : 'Pin this plan';
  get('pin').setAttribute('aria-pressed', String(Boolean(pinned)));
  if (shown) since(pinned, shown);
});
get('link').addEventListener('click', async () => {
  afterwards();
  try {
    await navigator.clipboard.writeText(location.href);
    says(get('status').dataset.state, 'The link is copied. It opens this state while this desk runs; what stands after # opens it in any other.');
  } catch {
    says(get('status').dataset.state, 'The link stands in the address bar.');
  }
});
let width = innerWidth;
addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; drawCharts(); } });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawCharts);

async function open() {
  about = await ask('begin', '');
  if (about.problems) { wrong(about.problems); return; }
  get('instance').textContent = about.instance.title;
  document.title = `The desk – ${about.instance.title}`;
  hand.years = about.years;
  get('policy').append(...Object.entries(about.policies).map(([name, data]) => element('option', { value: name, text: name, title: data.title ?? '' })));
  get('scenario').append(element('option', { value: '', text: 'the one certain future' }), ...about.scenarios.map((text) => element('option', { value: text, text })));
  get('futures').hidden = !about.scenarios.length;
  const held = /^#s=(.+)$/.exec(location.hash);
  const linked = held ? fromLink(held[1]) : null;
  begin(linked ?? about.start);
  redraw();
  await send();
  redraw();
}

open().catch((error) => { wrong([String(error.message ?? error)]); says('problem', 'The desk does not answer.'); });
