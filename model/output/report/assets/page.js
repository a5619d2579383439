'use strict';
/* Draws the pictures that the page holds as data: at once, so that a page saved or photographed as soon as it is loaded is whole; when a control
   changes, when the width or the colours do, and all of them before printing. Names only ever enter the page as text. */
(() => {
  const pictures = JSON.parse(document.getElementById('pictures').textContent);
  const land = document.getElementById('land');
  if (land) {
    const rings = JSON.parse(land.textContent).map((ring) => [ring]);
    echarts.registerMap('land', {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { name: 'land' }, geometry: { type: 'MultiPolygon', coordinates: rings } }],
    });
  }
  const charts = new Map();

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

  function stateOf(id, picture) {
    const state = {};
    for (const [key, values] of Object.entries(picture.controls)) {
      const at = Number(document.getElementById(`${id}-${key}`).value);
      state[key] = values[at];
      state[`${key}Shown`] = picture.shown[key][at];
    }
    return state;
  }

  function draw(id, width) {
    const picture = pictures[id];
    const box = document.querySelector(`[data-of="${id}"]`);
    const look = theme();
    const wide = width || box.clientWidth;
    if (!wide) return; // folded away: there is nowhere to draw
    const state = stateOf(id, picture);
    const option = drawings[picture.kind]((pictures[picture.same] ?? picture).data, state, look, wide);
    if (option.height) {
      box.style.height = `${option.height}px`;
      delete option.height;
    }
    const beside = option.beside; // what else in the figure follows the choice
    delete option.beside;
    let chart = charts.get(id);
    if (!chart) {
      chart = echarts.init(box, null, { renderer: 'svg', width: wide, height: box.clientHeight });
      charts.set(id, chart);
    } else {
      chart.clear(); // a resize lays the last option out again, and trips over an axis pointer never shown
      chart.resize({ width: wide, height: box.clientHeight, silent: true });
    }
    chart.setOption({
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: look.font, color: look.ink, fontSize: 12 },
      ...option,
      tooltip: {
        confine: true, backgroundColor: look.paper, borderColor: look.line, padding: [6, 9],
        textStyle: { color: look.ink, fontSize: 12 }, extraCssText: 'box-shadow:none', ...option.tooltip,
      },
    }, { notMerge: true });
    if (beside) beside(box.closest('figure'));
    box.dataset.drawn = JSON.stringify(Object.fromEntries(Object.entries(state).filter(([key]) => key.endsWith('Shown'))));
  }

  const redraw = () => { for (const id of charts.keys()) draw(id); };
  const MOST_AT_ONCE = 4000; // ms: beyond it the page has to answer its reader, and the rest is drawn while it is idle
  const rest = Object.keys(pictures);
  const began = performance.now();
  function drawNext() {
    const id = rest.shift();
    if (id === undefined) return;
    if (!charts.has(id)) draw(id);
    if (performance.now() - began < MOST_AT_ONCE) drawNext();
    else requestIdleCallback(drawNext);
  }
  drawNext();

  for (const control of document.querySelectorAll('[data-key]')) {
    control.addEventListener('input', () => {
      const id = control.closest('figure').id;
      if (control.type === 'range') {
        const shown = pictures[id].shown[control.dataset.key][Number(control.value)];
        control.setAttribute('aria-valuetext', shown);
        control.parentElement.querySelector('output').textContent = shown;
      }
      draw(id);
    });
  }

  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    redraw();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  matchMedia('print').addEventListener('change', (event) => { if (!event.matches) redraw(); });
  const MOST_PRINTED = 120; // rows; of a longer table a line says where it stands
  const undo = [];
  /* Tables behind folds on paper: in the appendix where they stand, those of the brief before it at the end. */
  function unfold() {
    const appendix = document.querySelector('.appendix'), main = document.getElementById('main');
    const last = Object.assign(document.createElement('section'), { className: 'printed' });
    for (const fold of document.querySelectorAll('main details:not([open])')) {
      const table = fold.querySelector('table'), figure = fold.closest('figure');
      const files = (figure || fold.closest('section')).querySelector('.files')?.textContent.replace(/^From |\.$/g, '');
      const rows = table ? table.tBodies[0].rows.length : Infinity;
      if (rows > MOST_PRINTED) {
        const line = Object.assign(document.createElement('p'), { className: 'caption unprinted' });
        line.textContent = `${fold.querySelector('summary').textContent}: too long to be printed${files ? `; it is in ${files} beside this report` : ''}.`;
        fold.after(line);
        undo.push(() => line.remove());
      } else if (appendix && fold.compareDocumentPosition(appendix) & Node.DOCUMENT_POSITION_FOLLOWING) {
        const head = Object.assign(document.createElement('h3'), { textContent: table.caption.textContent });
        last.append(head, table.parentElement.cloneNode(true));
      } else {
        fold.open = true;
        undo.push(() => { fold.open = false; });
      }
    }
    if (last.firstChild) {
      main.append(last);
      undo.push(() => last.remove());
    }
  }
  window.addEventListener('beforeprint', () => { for (const id of Object.keys(pictures)) draw(id, 660); unfold(); });
  window.addEventListener('afterprint', () => { while (undo.length) undo.pop()(); redraw(); });
})();
