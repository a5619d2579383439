'use strict';
/* The cases of a sweep over its factors; as in charts.js. */
const CROSS = SYMBOLS[5];
const STATUS = { met: ['●', 'every target met'], missed: ['✕', 'a target missed'], failed: ['–', 'failed: no plan'] };
const parts = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
const mixed = (look, t) => {
  const [from, to] = [parts(look.pale), parts(look.deep)];
  return from.map((v, i) => Math.round(v + (to[i] - v) * t));
};
const light = (rgb) => rgb.map((v) => ((v / 255 + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0) + 0.05;
/* The ink that reads best on a shade. */
const inkOn = (look, rgb) => {
  const here = light(rgb), contrast = (colour) => { const other = light(parts(colour)); return Math.max(here, other) / Math.min(here, other); };
  return contrast(look.ink) >= contrast(look.paper) ? look.ink : look.paper;
};
/* A value short enough for a field. */
function brief(value, unit) {
  if (value === null || value === undefined) return '–';
  if (unit === 'year') return String(value);
  const size = Math.abs(value);
  return size >= 1e6 ? `${figures(value / 1e6)}m` : size >= 1e4 ? `${number(value / 1e3, 0)}k` : Number(value.toPrecision(size >= 1000 ? 4 : 3)).toString();
}
const withUnit = (value, unit) => {
  if (value === null || value === undefined) return '–';
  if (unit === 'year') return String(value);
  if (unit === 'plants') return number(value, 0);
  const less = { 'bn USD': [1e3, 'm USD'], 'm USD': [1e3, 'thousand USD'], 'thousand USD': [1e3, 'USD'] }[unit];
  return value !== 0 && less && Math.abs(value) < 0.95 ? withUnit(value * less[0], less[1]) : `${figures(value)} ${unit}`;
};
const range = (values) => {
  const known = values.filter((v) => v !== null && v !== undefined);
  return known.length ? [Math.min(...known), Math.max(...known)] : [0, 0];
};
const extent = (store, column) => {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < store.rows; i += 1) {
    const v = store.get[column].value(i);
    if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); }
  }
  return low <= high ? [low, high] : [0, 0];
};
/* The case with some settings: a list of levels by factor, behind the policy. */
const found = new Map();
function caseAt(data, settings) {
  const store = stores(data.store), columns = data.factors.map((f) => store.get[f.column ?? f]);
  const key = columns.length ? data.store : '';
  if (!found.has(key)) {
    const places = new Map();
    for (let i = 0; i < store.rows; i += 1) places.set([data.policies.indexOf(store.get.policy.text(i)), ...columns.map((c) => c.value(i))].join(), i);
    found.set(key, places);
  }
  return found.get(key).get(settings.join());
}
const aboutCase = (data, i) => {
  const store = stores(data.store), sign = STATUS[store.get.status.text(i)];
  return [...data.factors.map((f) => `${short(f.title, 40)}: ${store.get[f.column].text(i)}`), `${sign[0]} ${sign[1]}`];
};
/* A field with its value and its sign. */
function field(api, at, size, shade, text, missed, look) {
  const [x, y] = api.coord(at), [w, h] = size, colour = shade ? `rgb(${shade.join()})` : look.soft;
  const ink = shade ? inkOn(look, shade) : look.muted;
  const children = [{
    type: 'rect', shape: { x: x - w / 2 + 1, y: y - h / 2 + 1, width: Math.max(1, w - 2), height: Math.max(1, h - 2), r: 1 },
    style: { fill: colour },
  }];
  if (missed && w > 8) children.push({
    type: 'rect', shape: { x: x - w / 2 + 2.5, y: y - h / 2 + 2.5, width: Math.max(1, w - 5), height: Math.max(1, h - 5) },
    style: { fill: 'none', stroke: ink, lineWidth: 1, lineDash: [3, 2] },
  });
  const wide = w >= text.length * 5.6 + (missed ? 15 : 5) && h >= 14;
  if (wide || (missed && w >= 9)) children.push({
    type: 'text', style: { text: wide ? (missed ? `✕ ${text}` : text) : '✕', x, y, align: 'center', verticalAlign: 'middle', fill: ink, fontSize: 10.5, fontFamily: look.font },
  });
  return { type: 'group', children };
}
const level = (factor, i, letters) => {
  const value = `${factor.labels[i]}${factor.unit ? ` ${factor.unit}` : ''}`;
  return `${short(factor.title, Math.max(8, letters - value.length - 2))}: ${value}`;
};
const small = (look, text, left, top) => ({ text, left, top, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, color: look.ink } });
const labelWidth = (labels, most) => Math.min(most, 14 + 6.3 * Math.max(...labels.map((l) => Array.from(l).length)));

Object.assign(drawings, {
  maps(data, state, look, wide) {
    const store = stores(data.store), one = data.outcomes[state.outcome], column = store.get[one.column];
    const axisOf = (k) => (k === null ? { labels: data.policies } : data.factors[k]);
    const across = axisOf(data.x), down = axisOf(data.y), byPolicy = data.x === null || data.y === null;
    const levels = data.z === null ? [null] : data.factors[data.z].labels.map((_, i) => i);
    const panels = (byPolicy ? [null] : data.policies.map((_, i) => i)).flatMap((p) => levels.map((z) => ({ p, z })));
    const left = labelWidth(down.labels, wide < 620 ? 96 : 170), gap = 14;
    const most = wide < 620 ? 1 : Math.max(1, Math.min(levels.length > 1 ? levels.length : panels.length, Math.floor((wide - left + gap) / 230)));
    const each = Math.min((wide - left - 4 - gap * (most - 1)) / most, 92 * across.labels.length);
    const lead = byPolicy && data.z === null ? 10 : byPolicy || data.policies.length < 2 ? 28 : 46, high = 26 * down.labels.length, step = high + lead + 30;
    const [low, top] = extent(store, one.column), span = top - low || 1;
    const grid = [], xAxis = [], yAxis = [], series = [], title = [];
    panels.forEach(({ p, z }, n) => {
      const row = Math.floor(n / most), x = left + (n % most) * (each + gap), y = lead + row * step;
      grid.push({ left: x, top: y, width: each, height: high });
      const letters = Math.floor(each / 7);
      if (z !== null) title.push({ ...small(look, level(data.factors[data.z], z, letters), x, y - 20), textStyle: { fontSize: 11.5, fontWeight: 400, color: look.ink } });
      if (p !== null && data.policies.length > 1 && (n % most === 0 || z === null)) title.push(small(look, short(data.policies[p], letters), x, y - (z === null ? 20 : 38)));
      xAxis.push({ ...axis(look), type: 'category', gridIndex: n, data: across.labels, splitLine: { show: false }, axisLabel: { color: look.muted, fontSize: 10.5, interval: 0, hideOverlap: true } });
      yAxis.push({ ...names(look, down.labels, 26, left - 8), gridIndex: n, axisLabel: { ...names(look, [], 26, left - 8).axisLabel, show: n % most === 0 } });
      const cells = [];
      for (let a = 0; a < across.labels.length; a += 1) for (let b = 0; b < down.labels.length; b += 1) {
        const at = data.factors.map((_, k) => (k === data.x ? a : k === data.y ? b : k === data.z ? z : state[`f${k}`]));
        const i = caseAt(data, [data.x === null ? a : data.y === null ? b : p, ...at]);
        if (i !== undefined) cells.push([a, b, i]);
      }
      series.push({
        type: 'custom', xAxisIndex: n, yAxisIndex: n, data: cells, encode: { x: 0, y: 1 },
        renderItem: (_, api) => {
          const i = api.value(2), value = column.value(i), missed = store.get.status.text(i) === 'missed';
          const shade = value === null ? null : mixed(look, (value - low) / span);
          return field(api, [api.value(0), api.value(1)], api.size([1, 1]), shade, brief(value, one.unit), missed, look);
        },
      });
    });
    return {
      height: step * Math.ceil(panels.length / most), grid, xAxis, yAxis, series, title,
      tooltip: { trigger: 'item', formatter: (p) => lines(`${one.label}: ${withUnit(column.value(p.value[2]), one.unit)}`, [data.policies.length > 1 ? store.get.policy.text(p.value[2]) : '', ...aboutCase(data, p.value[2])].filter(Boolean)) },
      beside: (figure) => {
        const bar = figure.querySelector('[data-fill=scale]');
        const strip = document.createElement('span');
        strip.className = 'strip-scale';
        strip.style.background = `linear-gradient(90deg, ${[0, 0.5, 1].map((t) => `rgb(${mixed(look, t).join()})`).join()})`;
        bar.replaceChildren(withUnit(low, one.unit), strip, withUnit(top, one.unit));
      },
    };
  },

  frontier(data, state, look, wide) {
    const store = stores(data.store), narrow = wide < 620;
    const by = state.lines ?? data.rest[0], other = data.rest.slice(0, 2).find((k) => k !== by);
    const lineLabels = by === undefined ? [''] : data.factors[by].labels;
    const panelLabels = other === undefined ? [null] : data.factors[other].labels;
    const chosen = [...new Set([state.outcome, state.second])].map((k) => data.outcomes[k]);
    const most = narrow ? 1 : Math.min(panelLabels.length, 3), gap = 30, left = 58, each = (wide - left - 8 - gap * (most - 1)) / most;
    const values = data.at[data.x], turned = values[0] > values[values.length - 1];
    const grid = [], xAxis = [], yAxis = [], series = [], title = [];
    const rows = Math.ceil(panelLabels.length / most), step = 226, legend = Math.ceil(lineLabels.length / (narrow ? 3 : 8)) * 22 + 30;
    chosen.forEach((one, o) => {
      const columns = panelLabels.map((_, z) => lineLabels.map((__, l) => values.map((___, a) => {
        const at = data.factors.map((____, k) => (k === data.x ? a : k === by ? l : k === other ? z : state[`f${k}`]));
        const i = caseAt(data, [state.policy ?? 0, ...at]);
        return i === undefined ? null : i;
      })));
      const [low, top] = range(columns.flat(2).map((i) => (i === null ? null : store.get[one.column].value(i))));
      const margin = (top - low || Math.abs(top) || 1) * 0.06;
      panelLabels.forEach((label, z) => {
        const n = grid.length, y = legend + 38 + (o * rows + Math.floor(z / most)) * step, x = left + (z % most) * (each + gap);
        grid.push({ left: x, top: y, width: each, height: 160 });
        const letters = Math.floor(each / 7);
        if (narrow || z % most === 0) title.push(small(look, one.label, x, y - (label === null ? 26 : 42)));
        if (label !== null) title.push({ ...small(look, level(data.factors[other], z, letters), x, y - 24), textStyle: { fontSize: 11.5, fontWeight: 400, color: look.ink } });
        xAxis.push({
          ...axis(look), type: 'value', gridIndex: n, inverse: turned, min: Math.min(...values), max: Math.max(...values), splitLine: { show: false },
          axisTick: { customValues: values }, axisLabel: { ...axis(look).axisLabel, customValues: values, formatter: (v) => data.factors[data.x].labels[values.indexOf(v)] ?? '' },
        });
        yAxis.push({
          ...axis(look), type: 'value', gridIndex: n, scale: true, min: low >= 0 && low - margin < 0 ? 0 : one.unit === 'year' ? Math.floor(low - 1) : low - margin, max: one.unit === 'year' ? Math.ceil(top + 1) : top + margin, splitNumber: 4,
          minInterval: one.unit === 'year' ? 1 : 0,
          axisLabel: { ...axis(look).axisLabel, show: z % most === 0, showMinLabel: low - margin < 0, showMaxLabel: false, formatter: (v) => (one.unit === 'year' ? String(v) : tick(v)) },
          name: z % most === 0 && one.unit !== 'year' ? one.unit : '', nameGap: 4, nameTextStyle: { color: look.muted, fontSize: 11, align: 'right' },
        });
        lineLabels.forEach((name, l) => series.push({
          name, type: 'line', xAxisIndex: n, yAxisIndex: n, connectNulls: false, symbolSize: 6, lineStyle: { width: 1.6 }, itemStyle: { color: look.series[l % 8] }, color: look.series[l % 8], symbol: SYMBOLS[l % 5],
          data: columns[z][l].map((i, a) => {
            const value = i === null ? null : store.get[one.column].value(i), missed = i !== null && store.get.status.text(i) === 'missed';
            return { value: [values[a], value, i], symbol: missed ? CROSS : SYMBOLS[l % 5], symbolSize: missed ? 9 : 6 };
          }),
        }));
      });
    });
    return {
      height: legend + step * rows * chosen.length, grid, xAxis, yAxis, series, title,
      legend: by === undefined ? undefined : { data: lineLabels, top: 0, left: 0, itemWidth: 18, selectedMode: false, textStyle: { color: look.ink, fontSize: 11.5 }, formatter: (text) => short(text, 24) },
      tooltip: { trigger: 'item', formatter: (p) => (p.value[2] === null ? '' : lines(`${short(data.factors[data.x].title, 40)}: ${data.factors[data.x].labels[values.indexOf(p.value[0])]}`, [...chosen.map((one) => `${one.label}: ${withUnit(store.get[one.column].value(p.value[2]), one.unit)}`), ...aboutCase(data, p.value[2])])) },
    };
  },

  points(data, state, look, wide) {
    const store = stores(data.store), one = data.outcomes[state.outcome], policy = data.policies[state.policy ?? 0];
    const at = [];
    for (let i = 0; i < store.rows; i += 1) if (store.get.policy.text(i) === policy && store.get[one.column].value(i) !== null) at.push(i);
    const shown = at.filter((_, k) => k % data.step === 0);
    const most = wide < 620 ? 1 : 3, gap = 28, left = 54, each = (wide - left - 12 - gap * (most - 1)) / most, step = 206;
    const [low, top] = range(shown.map((i) => store.get[one.column].value(i))), margin = (top - low || 1) * 0.05;
    const grid = [], xAxis = [], yAxis = [], series = [], title = [];
    data.factors.forEach((f, n) => {
      const x = left + (n % most) * (each + gap), y = 34 + Math.floor(n / most) * step, levels = store.get[f.column].of;
      grid.push({ left: x, top: y, width: each, height: 150 });
      title.push(small(look, short(`${f.title}${f.unit && f.unit !== '1' ? `, ${f.unit}` : ''}`, Math.floor(each / 6.4)), x, y - 22));
      xAxis.push({ ...axis(look), gridIndex: n, ...(levels ? { type: 'category', data: levels } : { type: 'value', scale: true, splitNumber: 4 }) });
      yAxis.push({ ...axis(look), type: 'value', gridIndex: n, scale: true, min: low >= 0 && low - margin < 0 ? 0 : low - margin, max: top + margin, splitNumber: 4, axisLabel: { ...axis(look).axisLabel, show: n % most === 0, showMinLabel: low - margin < 0, showMaxLabel: false, formatter: (v) => (one.unit === 'year' ? String(Math.round(v)) : tick(v)) }, name: n % most === 0 && one.unit !== 'year' ? one.unit : '', nameGap: 4, nameTextStyle: { color: look.muted, fontSize: 11, align: 'right' } });
      for (const [status, symbol, colour] of [['met', 'circle', look.series[0]], ['missed', CROSS, look.missed]]) {
        series.push({
          type: 'scatter', name: status, xAxisIndex: n, yAxisIndex: n, symbol, symbolSize: status === 'met' ? 5 : 7, itemStyle: { color: colour, opacity: 0.8 },
          data: shown.filter((i) => store.get.status.text(i) === status).map((i) => [store.get[f.column].value(i), store.get[one.column].value(i), i]),
        });
      }
    });
    return {
      height: 34 + step * Math.ceil(data.factors.length / most), grid, xAxis, yAxis, series, title,
      tooltip: { trigger: 'item', formatter: (p) => lines(`Case ${store.get.case.text(p.value[2])}: ${withUnit(p.value[1], one.unit)}`, aboutCase(data, p.value[2])) },
    };
  },

  listed(data, state, look, wide) {
    const store = stores(data.store), one = data.outcomes[state.outcome], narrow = wide < 620;
    const at = Array.from({ length: Math.min(store.rows, data.most) }, (_, i) => i);
    const label = (i) => `${store.get.name.text(i)}${data.policies.length > 1 ? `, ${store.get.policy.text(i)}` : ''} ${STATUS[store.get.status.text(i)][0]}`;
    return {
      height: 40 + 24 * at.length,
      grid: { left: narrow ? 150 : 300, right: narrow ? 56 : 70, top: 28, bottom: 8 },
      xAxis: { ...axis(look), type: 'value', position: 'top', splitNumber: narrow ? 3 : 5, scale: one.unit === 'year' },
      yAxis: names(look, at.map((i) => `${short(label(i).slice(0, -2), narrow ? 20 : 46)} ${label(i).slice(-1)}`), 60, narrow ? 142 : 292),
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (p) => lines(label(at[p[0].dataIndex]), [`${one.label}: ${withUnit(store.get[one.column].value(at[p[0].dataIndex]), one.unit)}`]) },
      series: [{ type: 'bar', barMaxWidth: 14, itemStyle: { color: look.series[0] }, data: at.map((i) => store.get[one.column].value(i)), label: { show: true, position: 'right', formatter: (p) => withUnit(p.value, one.unit === 'year' ? 'year' : ''), color: look.ink, fontSize: 11 } }],
    };
  },

  one(data, state, look, wide) {
    const store = stores(data.store), narrow = wide < 620;
    const i = data.factors ? caseAt(data, [state.policy ?? 0, ...data.factors.map((_, k) => state[`f${k}`])]) : state.place;
    const beside = (figure, rows) => {
      const status = STATUS[store.get.status.text(i)], failed = store.get.reason ? store.get.reason.text(i) : '';
      const shown = [['Case', `${store.get.case.text(i)}`], ['Targets', `${status[0]} ${status[1]}${failed && failed !== '–' ? ` (${failed})` : ''}`]];
      for (const one of data.outcomes) if (store.get[one.column] && (!one.column.startsWith('capex_') || one.column === 'capex_usd')) shown.push([one.label, withUnit(store.get[one.column].value(i), one.unit)]);
      figure.querySelector('[data-fill=key]').replaceChildren(...shown.map(([head, text]) => {
        const box = document.createElement('div');
        for (const [tag, words] of [['dt', head], ['dd', text]]) box.append(Object.assign(document.createElement(tag), { textContent: words }));
        return box;
      }));
      const column = (head, k, isNumber, text) => ({ head, value: (r) => rows[r][k], text: text || ((r) => rows[r][k]), number: isNumber });
      showTable(figure.querySelector('[data-store]'), {
        rows: rows.length,
        columns: rows.length && rows[0].length === 2 ? [column('Stage', 0, false), column('Overnight capital', 1, true, (r) => rows[r][1])] : [
          column('Plant', 0, false), column('Decided', 1, true, (r) => String(rows[r][1])),
          column('Overnight capital, m USD', 2, true, (r) => rows[r][2].toLocaleString('en-US', { maximumSignificantDigits: 4 })),
          column('Capacity, t/yr', 3, true, (r) => rows[r][3].toLocaleString('en-US', { maximumSignificantDigits: 4 })),
        ],
      }, 'What the case chosen builds');
    };
    if (!data.builds) {
      const stages = data.outcomes.filter((o) => o.column.startsWith('capex_') && o.column !== 'capex_usd' && store.get[o.column]);
      const rows = stages.map((o) => [o.label, withUnit(store.get[o.column].value(i), o.unit)]);
      if (!stages.length) rows.push(['–', '–']);
      const million = (o) => (store.get[o.column].value(i) ?? 0) * ({ 'bn USD': 1e3, 'm USD': 1, USD: 1e-6 }[o.unit] ?? 1);
      return {
        height: 60 + 26 * stages.length, grid: { left: narrow ? 118 : 190, right: 70, top: 28, bottom: 8 },
        xAxis: { ...axis(look), type: 'value', position: 'top', splitNumber: 3, name: '' }, yAxis: names(look, stages.map((o) => o.label), 26, narrow ? 110 : 180),
        series: [{ type: 'bar', barMaxWidth: 15, itemStyle: { color: look.series[0] }, data: stages.map(million), label: { show: true, position: 'right', color: look.ink, fontSize: 11, formatter: (p) => `${figures(p.value)} m` } }],
        beside: (figure) => beside(figure, rows),
      };
    }
    const flat = data.builds.cases[i], rows = [], total = new Map();
    for (let k = 0; k < flat.length; k += 4) {
      const plant = data.builds.plants[flat[k]];
      rows.push([plant, data.builds.first + flat[k + 1], flat[k + 2], flat[k + 3]]);
      total.set(plant, (total.get(plant) || 0) + flat[k + 2]);
    }
    const plants = [...total].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([plant]) => plant);
    const biggest = Math.max(...rows.map((r) => r[2]), 1e-9), left = narrow ? 124 : 200, right = narrow ? 56 : 80;
    return {
      height: 64 + 22 * Math.max(1, plants.length),
      title: plants.length ? undefined : small(look, 'Nothing new is built.', left, 40),
      grid: { left, right, top: 34, bottom: 20 },
      xAxis: { ...axis(look), type: 'value', position: 'top', min: data.builds.first - 0.5, max: data.builds.last + 0.5, interval: 1, splitLine: { show: false }, axisLabel: { color: look.muted, fontSize: 11, customValues: Array.from({ length: data.builds.last - data.builds.first + 1 }, (_, k) => data.builds.first + k).filter((y) => y % 5 === 0 || data.builds.last - data.builds.first < 10), formatter: (y) => String(y) } },
      yAxis: { ...names(look, plants, narrow ? 17 : 30, left - 8), splitLine: { show: true, lineStyle: { color: look.line, width: 0.6 } } },
      tooltip: { trigger: 'item', formatter: (p) => lines(p.value[1], [`Decided in ${p.value[0]}: ${figures(p.value[2])} m USD, ${figures(p.value[3])} t/yr`]) },
      series: [
        { type: 'scatter', itemStyle: { color: look.series[0], opacity: 0.85 }, symbolSize: (v) => 4 + 14 * Math.sqrt(v[2] / biggest), data: rows.map((r) => [r[1], r[0], r[2], r[3]]) },
        { type: 'scatter', symbolSize: 0, silent: true, data: plants.map((plant) => [data.builds.last + 0.5, plant]), label: { show: true, position: 'right', color: look.ink, fontSize: 11, formatter: (p) => `${figures(total.get(p.value[1]))} m` } },
      ],
      beside: (figure) => beside(figure, rows),
    };
  },
});
