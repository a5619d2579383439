'use strict';
/* Tables that the page holds as data: read column by column, shown fifty rows at a time, searched and sorted. */
const stores = (() => {
  const held = JSON.parse(document.getElementById('stores')?.textContent || '{}');
  const known = new Map();
  const plain = (value) => Math.abs(value) >= 1e-3 && Math.abs(value) < 1e12
    ? value.toLocaleString('en-US', { maximumSignificantDigits: 6 }) : String(Number(value.toPrecision(3)));
  const column = (raw) => {
    const value = 'all' in raw ? () => raw.all : 'at' in raw ? (i) => raw.at[i] : (i) => raw.each[i];
    const text = (i) => {
      const found = value(i);
      if (found === null) return '–';
      if ('of' in raw) return raw.of[found];
      if (typeof found === 'string') return found;
      return raw.whole ? String(found) : raw.digits !== null ? number(found, raw.digits) : plain(found);
    };
    return { name: raw.name, head: raw.head, value, text, of: raw.of, number: !('of' in raw) && !raw.words };
  };
  return (id) => {
    if (!known.has(id) && held[id]) {
      const columns = held[id].columns.map(column);
      known.set(id, { title: held[id].title, rows: held[id].rows, columns, get: Object.fromEntries(columns.map((c) => [c.name, c])) });
    }
    return known.get(id);
  };
})();

/* Fills a box with a table of ``source`` (rows, columns with head, value, text, number). */
function showTable(box, source, title) {
  const many = 50;
  const state = { at: 0, by: -1, down: false, found: Array.from({ length: source.rows }, (_, i) => i) };
  let words = null;
  const make = (tag, text, more) => Object.assign(document.createElement(tag), text === undefined ? {} : { textContent: text }, more);
  const bar = make('div', undefined, { className: 'controls' });
  const said = make('output');
  const search = make('input', undefined, { type: 'search' });
  const label = make('label', 'Search ');
  label.append(search);
  const [back, on] = ['Previous', 'Next'].map((text) => make('button', text, { type: 'button' }));
  bar.append(label, said, back, on);
  if (source.rows <= many) { label.hidden = source.rows < 8; back.hidden = on.hidden = true; }
  const scroll = make('div', undefined, { className: 'scroll', tabIndex: 0 });
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', title);
  const table = make('table'), head = make('thead'), line = make('tr'), body = make('tbody');
  table.append(make('caption', title), head, body);
  head.append(line);
  const heads = source.columns.map((column, c) => {
    const cell = make('th', undefined, { scope: 'col' }), press = make('button', column.head, { type: 'button', className: 'sort' });
    press.addEventListener('click', () => {
      state.down = state.by === c ? !state.down : false;
      state.by = c;
      sort();
    });
    cell.append(press);
    line.append(cell);
    return cell;
  });
  function sort() {
    const { value } = source.columns[state.by], turn = state.down ? -1 : 1;
    const blank = (v) => v === null || v === undefined || v === '';
    state.found.sort((a, b) => {
      const x = value(a), y = value(b);
      if (blank(x) || blank(y)) return blank(x) - blank(y) || a - b;
      return (x < y ? -1 : x > y ? 1 : 0) * turn || a - b;
    });
    heads.forEach((cell, c) => (c === state.by ? cell.setAttribute('aria-sort', state.down ? 'descending' : 'ascending') : cell.removeAttribute('aria-sort')));
    state.at = 0;
    show();
  }
  function show() {
    const here = state.found.slice(state.at, state.at + many);
    body.replaceChildren(...here.map((i) => {
      const row = make('tr');
      source.columns.forEach((column, c) => {
        const cell = make(c ? 'td' : 'th', column.text(i), { className: column.number ? 'n' : column.text(i).length < 44 ? 'tight' : '' });
        if (!c) cell.scope = 'row';
        if (!column.number) cell.dir = 'auto';
        row.append(cell);
      });
      return row;
    }));
    const total = state.found.length, end = Math.min(total, state.at + many);
    said.textContent = total ? `${(state.at + 1).toLocaleString('en-US')} to ${end.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}` : 'nothing found';
    back.disabled = state.at === 0;
    on.disabled = end >= total;
  }
  search.addEventListener('input', () => {
    words ||= Array.from({ length: source.rows }, (_, i) => source.columns.map((column) => column.text(i)).join(' ').toLowerCase());
    const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    state.found = Array.from({ length: source.rows }, (_, i) => i).filter((i) => asked.every((word) => words[i].includes(word)));
    state.at = 0;
    if (state.by >= 0) sort(); else show();
  });
  back.addEventListener('click', () => { state.at = Math.max(0, state.at - many); show(); });
  on.addEventListener('click', () => { state.at += many; show(); });
  scroll.append(table);
  box.replaceChildren(bar, scroll);
  show();
}

for (const box of document.querySelectorAll('[data-store]')) {
  const fill = () => {
    const source = stores(box.dataset.store);
    if (source && !box.firstChild) showTable(box, source, box.dataset.title);
  };
  const details = box.closest('details');
  if (details) details.addEventListener('toggle', fill); else fill();
}
