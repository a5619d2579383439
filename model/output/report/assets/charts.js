'use strict';
/* One function a kind of picture: data, what is chosen, the page's colours and the width -> an option of ECharts. */
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'path://M4,0H6V4H10V6H6V10H4V6H0V4H4Z', 'path://M1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5L0,1Z'];
const STAGE_PATTERNS = [
  null,
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 },
  { symbol: 'circle', dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.6 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1, 4], rotation: 0 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1, 4], rotation: Math.PI / 2 },
  { symbol: 'triangle', dashArrayX: [[8, 8]], dashArrayY: [8, 4], symbolSize: 0.6 },
  { symbol: 'diamond', dashArrayX: [[8, 8]], dashArrayY: [8, 4], symbolSize: 0.6 },
];
const number = (value, digits) => value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
function figures(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  return number(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 2 : 3);
}
const tick = (value) => Number(value.toPrecision(6)).toLocaleString('en-US', { maximumSignificantDigits: 6 });
const short = (text, most) => {
  const letters = Array.from(text);
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
};
/* A tooltip's lines as an element: names are text, never markup. */
function lines(head, rows) {
  const tip = document.createElement('div');
  tip.className = 'tip';
  const first = document.createElement('b');
  first.textContent = head;
  tip.append(first);
  for (const row of rows) {
    const line = document.createElement('div');
    line.textContent = row;
    tip.append(line);
  }
  return tip;
}
const ofCountry = (at, look) => look.countries[at] ?? look.muted;
/* The last years, in which what is built ramps beyond the horizon, as a grey field behind lines over years. */
const grey = (from, years, look, at = 0) => (from && years.some((y) => y >= from) ? [{
  type: 'custom', silent: true, z: 0, xAxisIndex: at, yAxisIndex: at, data: [[String(Math.max(from, years[0])), 0]], tooltip: { show: false },
  renderItem: ({ coordSys }, api) => {
    const x = api.coord([api.value(0), 0])[0];
    return { type: 'rect', shape: { x, y: coordSys.y, width: Math.max(0, coordSys.x + coordSys.width - x), height: coordSys.height }, style: { fill: look.muted, opacity: 0.15 } };
  },
}] : []);
const pattern = (i, look) => {
  const found = STAGE_PATTERNS[i % STAGE_PATTERNS.length];
  return found ? { ...found, color: look.paper, backgroundColor: 'transparent' } : undefined;
};
function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((part) => part * size).find((part) => part >= value) || undefined;
}
const axis = (look) => ({
  axisLine: { lineStyle: { color: look.line } }, axisTick: { show: false }, splitLine: { lineStyle: { color: look.line, width: 0.6 } },
  axisLabel: { color: look.muted, fontSize: 11, hideOverlap: true }, nameTextStyle: { color: look.muted, fontSize: 11, align: 'left' },
});
const names = (look, list, most, width) => ({
  ...axis(look), type: 'category', inverse: true, data: list, axisLine: { show: false },
  axisLabel: { color: look.ink, fontSize: 11.5, interval: 0, width, overflow: 'truncate', formatter: (text) => short(text, most) },
});

const drawings = {
  timeline(data, state, look, wide) {
    const bars = data.plans[state.plan ?? 0];
    const narrow = wide < 620;
    const left = narrow ? 118 : 250;
    const label = (bar) => `${short(bar.code, 4)}  ${short(bar.plant, narrow ? 14 : 34)}`;
    const end = data.last + 1;
    const last = ({ coordSys }, api) => ({
      type: 'rect', shape: { x: api.coord([data.grey, 0])[0], y: coordSys.y, width: coordSys.x + coordSys.width - api.coord([data.grey, 0])[0], height: coordSys.height }, style: { fill: look.muted, opacity: 0.15 },
    });
    const draw = (_, api) => {
      const bar = bars[api.value(1)];
      const colour = look.series[bar.stage % 8];
      const at = (year) => api.coord([Math.min(year, end), api.value(1)])[0];
      const y = api.coord([data.first, api.value(1)])[1];
      const box = (from, to, high, style) => ({
        type: 'rect', shape: { x: at(from), y: y - high / 2, width: Math.max(0, at(to) - at(from)), height: high }, style,
      });
      const middle = (year) => at(year) + (at(year + 1) - at(year)) / 2;
      const parts = [
        { type: 'line', shape: { x1: middle(bar.decided[0][0]), y1: y, x2: at(bar.online), y2: y }, style: { stroke: colour, lineWidth: 2 } },
        box(bar.online, Math.min(bar.end, end), 13, { fill: colour, opacity: 0.38 }),
        box(bar.full, Math.min(bar.wears, end), 13, { fill: colour }),
      ];
      if (bar.idle) {
        const left0 = at(bar.online), right0 = at(Math.min(bar.end, end)), high = 13;
        parts.push(box(bar.online, Math.min(bar.end, end), high, { fill: look.paper, stroke: colour, lineWidth: 1 }));
        for (let x = left0; x + high <= right0; x += 6) parts.push({ type: 'line', shape: { x1: x, y1: y + high / 2, x2: x + high, y2: y - high / 2 }, style: { stroke: colour, lineWidth: 1 } });
        parts.push({
          type: 'text', style: { text: bar.idle, x: right0 - 4, y, align: 'right', verticalAlign: 'middle', fill: look.ink, stroke: look.paper, lineWidth: 4, font: `11px ${look.font}` },
        });
      }
      for (const [year, part] of bar.decided) {
        const x = middle(year), r = 3.2 + 3.3 * Math.sqrt(part);
        parts.push({
          type: 'polygon', shape: { points: [[x, y - r], [x + r, y], [x, y + r], [x - r, y]] },
          style: { fill: look.ink, stroke: look.paper, lineWidth: 1 },
        });
      }
      return { type: 'group', children: parts };
    };
    return {
      height: 54 + 26 * bars.length,
      grid: { left, right: 14, top: 24, bottom: 12 },
      xAxis: {
        ...axis(look), type: 'value', min: data.first, max: end, position: 'top', interval: narrow ? 5 : 2,
        axisLabel: { color: look.muted, fontSize: 11, formatter: (year) => (year > data.last ? '' : String(year)), showMaxLabel: true },
      },
      yAxis: { ...names(look, bars.map((_, i) => String(i)), 99, left - 12), axisLabel: { ...names(look, [], 99, left - 12).axisLabel, formatter: (i) => (bars[i] ? label(bars[i]) : '') } },
      tooltip: {
        trigger: 'item',
        formatter: (p) => {
          const bar = bars[p.value[1]];
          const decided = bar.decided.map(([year]) => year).join(', ');
          return lines(`${bar.plant}, ${bar.where}`, [
            `Decided: ${decided}`, `Runs from ${bar.online}${bar.full < bar.wears ? `, all at full load from ${bar.full}` : ''}${bar.end <= data.last ? `, until ${bar.end - 1}` : ''}`,
            `${number(bar.t, 0)} t/yr, ${figures(bar.usd / 1e6)} m USD${bar.idle ? `; ${bar.idle}` : ''}`,
          ]);
        },
      },
      series: [...(data.grey ? [{ type: 'custom', silent: true, z: 0, renderItem: last, data: [[data.grey, 0]] }] : []), {
        type: 'custom', renderItem: draw, data: bars.map((bar, i) => [bar.decided[0][0], i]), clip: false, encode: { x: 0, y: 1 },
      }],
    };
  },

  shares(data, state, look, wide) {
    const panels = data.buyers[state.buyer ?? 0];
    const grids = [], xAxis = [], yAxis = [], series = [], title = [];
    const gap = wide < 620 ? 16 : 44, left = 36, half = (wide - left - gap - 8) / 2, high = 160, step = 215;
    panels.forEach((panel, row) => {
      ['direct', 'content'].forEach((which, column) => {
        const i = grids.length, top = 76 + row * step, x = left + column * (half + gap);
        grids.push({ left: x, top, width: half, height: high });
        title.push({
          text: wide < 620 && column ? 'content' : `${short(panel.scope, wide < 620 ? 13 : 40)}: ${which === 'content' ? 'content' : wide < 620 ? 'made' : 'made there'}`, left: x, top: top - 24,
          textStyle: { fontSize: 12, fontWeight: 600, color: look.ink }, padding: 0,
        });
        const found = panel[which];
        if (!found) title.push({ text: 'not counted by the cap', left: x + 8, top: top + 10, textStyle: { fontSize: 11, fontWeight: 400, color: look.muted } });
        xAxis.push({ ...axis(look), type: 'category', gridIndex: i, data: data.years.map(String), boundaryGap: false, axisLabel: { ...axis(look).axisLabel, alignMinLabel: 'left', alignMaxLabel: 'right' } });
        yAxis.push({ ...axis(look), type: 'value', gridIndex: i, min: 0, max: 100, interval: 25, axisLabel: { ...axis(look).axisLabel, show: column === 0, formatter: '{value} %' } });
        (found || []).forEach((values, s) => series.push({
          name: panel.suppliers[s], type: 'line', xAxisIndex: i, yAxisIndex: i, data: values, symbol: SYMBOLS[s], symbolSize: 5,
          showSymbol: true, lineStyle: { width: 1.8 }, itemStyle: { color: ofCountry(panel.colours[s], look) },
        }));
        series.push({
          name: 'cap', type: 'line', xAxisIndex: i, yAxisIndex: i, data: panel.cap, symbol: 'none', step: false,
          lineStyle: { color: look.ink, type: 'dashed', width: 1.4 }, itemStyle: { color: look.ink },
        }, ...grey(data.grey, data.years, look, i));
      });
    });
    const known = [...new Set(series.map((one) => one.name))].filter((one) => one && one !== 'cap');
    return {
      height: 60 + step * panels.length, grid: grids, xAxis, yAxis, title, series,
      legend: {
        data: [...known, 'cap'], top: 0, left: 0, itemWidth: 18, itemHeight: 9, textStyle: { color: look.ink, fontSize: 11.5 }, type: 'plain',
        formatter: (text) => short(text, wide < 620 ? 16 : 30), selectedMode: false,
      },
      tooltip: {
        trigger: 'axis',
        formatter: (found) => lines(found[0].axisValue, found.filter((p) => typeof p.value === 'number').map((p) => `${p.seriesName}: ${number(p.value, 1)} %`)),
      },
    };
  },

  sharesCompared(data, state, look, wide) {
    const panels = data.buyers[state.buyer ?? 0];
    const across = wide < 620 ? 1 : 2, gap = 64, left = 46, each = (wide - left - 8 - gap * (across - 1)) / across, step = 215;
    const grids = [], xAxis = [], yAxis = [], series = [], title = [];
    panels.forEach((panel, i) => {
      const top = 76 + Math.floor(i / across) * step, x = left + (i % across) * (each + gap);
      grids.push({ left: x, top, width: each, height: 160 });
      title.push({ text: short(panel.scope, 40), left: x, top: top - 24, textStyle: { fontSize: 12, fontWeight: 600, color: look.ink }, padding: 0 });
      xAxis.push({ ...axis(look), type: 'category', gridIndex: i, data: data.years.map(String), boundaryGap: false, axisLabel: { ...axis(look).axisLabel, alignMinLabel: 'left', alignMaxLabel: 'right' } });
      yAxis.push({ ...axis(look), type: 'value', gridIndex: i, min: 0, max: 100, interval: 25, axisLabel: { ...axis(look).axisLabel, formatter: '{value} %' } });
      panel.shares.forEach((values, s) => series.push({
        name: data.plans[s], type: 'line', xAxisIndex: i, yAxisIndex: i, data: values, symbol: SYMBOLS[s % 6], symbolSize: 5, lineStyle: { width: 1.8 }, itemStyle: { color: look.series[s % 8] },
      }));
      series.push(...grey(data.grey, data.years, look, i));
      panel.caps.forEach((values, s) => series.push({
        name: 'cap', type: 'line', xAxisIndex: i, yAxisIndex: i, data: values, symbol: 'none', lineStyle: { color: panel.alike ? look.ink : look.series[s % 8], type: 'dashed', width: 1.4 }, itemStyle: { color: look.ink },
      }));
    });
    return {
      height: 60 + step * Math.ceil(panels.length / across), grid: grids, xAxis, yAxis, title, series,
      legend: { data: [...data.plans, 'cap'], top: 0, left: 0, itemWidth: 18, textStyle: { color: look.ink, fontSize: 11.5 }, selectedMode: false, formatter: (text) => short(text, 30) },
      tooltip: { trigger: 'axis', formatter: (found) => lines(found[0].axisValue, found.filter((p) => typeof p.value === 'number').map((p) => `${p.seriesName}: ${number(p.value, 1)} %`)) },
    };
  },

  capital(data, state, look, wide) {
    const narrow = wide < 620, count = data.plans.length, several = count > 1;
    const most = Math.max(...data.plans.flatMap((plan) => data.hosts.map((_, h) => plan.reduce((sum, stage) => sum + stage[h], 0))));
    const across = narrow ? 1 : Math.min(count, 3), left = narrow ? 112 : 190, gap = 22, end = several ? 16 : 60;
    const each = (wide - left - end - gap * (across - 1)) / across, row = several ? 24 : 28;
    const high = row * data.hosts.length, top = several ? 46 : 30, step = high + top + 10;
    const places = data.plans.map((_, n) => [left + (n % across) * (each + gap), top + Math.floor(n / across) * step]);
    return {
      height: several ? step * Math.ceil(count / across) : 60 + high,
      title: several ? places.map(([x, y], n) => ({ text: short(data.names[n], Math.floor(each / 7)), left: x, top: y - 42, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, color: look.ink } })) : undefined,
      grid: places.map(([x, y]) => ({ left: x, top: y, width: each, height: high })),
      xAxis: places.map((_, n) => ({ ...axis(look), type: 'value', gridIndex: n, position: 'top', max: several ? ceiling(most) : undefined, splitNumber: narrow || several ? 3 : 5 })),
      yAxis: places.map((_, n) => { const found = names(look, data.hosts, narrow ? 16 : 30, left - 8); return { ...found, gridIndex: n, axisLabel: { ...found.axisLabel, show: n % across === 0 } }; }),
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (found) => lines(`${several ? `${data.names[found[0].axisIndex]}: ` : ''}${found[0].name}`, found.filter((p) => p.value > 0).map((p) => `${p.seriesName}: ${figures(p.value)} ${data.unit}`)) },
      series: data.plans.flatMap((values, n) => data.stages.map((stage, i) => ({
        name: stage.name, type: 'bar', stack: `all${n}`, xAxisIndex: n, yAxisIndex: n, data: values[i], barMaxWidth: 18, itemStyle: { color: look.series[stage.number % 8], decal: pattern(stage.number, look) },
      }))),
    };
  },

  bars(data, state, look, wide) {
    const narrow = wide < 620, several = data.series.length > 1;
    return {
      grid: { left: narrow ? 118 : 210, right: narrow ? 62 : 80, top: several ? 54 : 26, bottom: 8 },
      xAxis: { ...axis(look), type: 'value', position: 'top', splitNumber: narrow ? 3 : 5, boundaryGap: data.series.some((one) => one.values.some((v) => v < 0)) ? [narrow ? '30%' : '12%', '4%'] : 0 },
      yAxis: { ...names(look, data.labels, narrow ? 18 : 34, narrow ? 110 : 200), axisLine: { show: false } },
      legend: several ? { top: 0, left: 0, selectedMode: false, textStyle: { color: look.ink }, formatter: (text) => short(text, 30) } : undefined,
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (found) => lines(found[0].name, found.map((p) => `${p.seriesName ? `${p.seriesName}: ` : ''}${figures(p.value)} ${data.unit}`)) },
      series: data.series.map((one, i) => ({
        name: one.name, type: 'bar', barMaxWidth: 15, itemStyle: { color: look.series[i % 8], decal: several ? pattern(i, look) : undefined },
        data: one.values.map((value, at) => ({
          value, label: { position: value < 0 ? 'left' : 'right' }, itemStyle: data.colours ? { color: ofCountry(data.colours[at], look) } : undefined,
        })),
        label: { show: !several, formatter: (p) => figures(p.value), color: look.ink, fontSize: 11 },
      })),
    };
  },

  choice(data, state, look, wide) {
    const chosen = data.choices[state.stage ?? 0], several = chosen.series.length;
    return { ...drawings.bars({ unit: data.unit, ...chosen }, state, look, wide), height: 60 + (24 + 14 * (several - 1)) * chosen.labels.length };
  },

  grades(data, state, look, wide) {
    const narrow = wide < 620;
    return {
      grid: { left: narrow ? 150 : 330, right: narrow ? 56 : 70, top: 28, bottom: 8 },
      xAxis: { ...axis(look), type: 'value', position: 'top', splitNumber: narrow ? 3 : 5, boundaryGap: data.values.some((v) => v < 0) ? [narrow ? '30%' : '12%', '4%'] : 0 },
      yAxis: names(look, data.labels, narrow ? 26 : 56, narrow ? 142 : 320),
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (found) => lines(found[0].name, [`1 % more: ${figures(found[0].value)} ${data.unit}`, ['sourced', 'recalled', 'assumed'][data.grades[found[0].dataIndex]]]) },
      series: [{
        type: 'bar', barMaxWidth: 15, label: { show: true, formatter: (p) => figures(p.value), color: look.ink, fontSize: 11 },
        data: data.values.map((value, i) => ({
          value, label: { position: value < 0 ? 'left' : 'right' },
          itemStyle: data.grades[i] === 2
            ? { color: look.paper, borderColor: look.series[0], borderWidth: 1.5 }
            : { color: look.series[0], decal: data.grades[i] === 1 ? pattern(1, look) : undefined },
        })),
      }],
    };
  },

  misses(data, state, look, wide) {
    const across = wide < 620 ? 1 : 2, gap = 40, left = 44, each = (wide - left - 12 - gap * (across - 1)) / across, step = 208;
    const places = data.panels.map((_, n) => [left + (n % across) * (each + gap), 62 + Math.floor(n / across) * step]);
    const look3 = [['asked', 'asked', look.ink, 'rect'], ['reached', 'reached by the plan', look.series[0], 'circle'], ['best', 'best by itself', look.series[5], 'emptyDiamond']];
    return {
      height: 40 + step * Math.ceil(data.panels.length / across),
      legend: { data: look3.map(([, word]) => word), top: 0, left: 0, itemWidth: 20, selectedMode: false, textStyle: { color: look.ink, fontSize: 11.5 } },
      title: places.map(([x, y], n) => ({ text: short(data.panels[n].name, Math.floor(each / 6.8)), left: x, top: y - 26, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, color: look.ink } })),
      grid: places.map(([x, y]) => ({ left: x, top: y, width: each, height: 140 })),
      xAxis: data.panels.map((panel, n) => ({ ...axis(look), type: 'category', gridIndex: n, data: panel.years.map(String) })),
      yAxis: data.panels.map((panel, n) => ({ ...axis(look), type: 'value', gridIndex: n, min: 0, splitNumber: 4, axisLabel: { ...axis(look).axisLabel, formatter: (v) => `${tick(v)} ${panel.unit === '%' ? '%' : 'd'}` } })),
      tooltip: { trigger: 'axis', formatter: (found) => lines(found[0].axisValue, found.filter((p) => p.value !== null && p.value !== undefined).map((p) => `${p.seriesName}: ${figures(p.value)} ${data.panels[p.axisIndex].unit}`)) },
      series: data.panels.flatMap((panel, n) => look3.map(([key, word, colour, symbol]) => ({
        name: word, type: 'line', xAxisIndex: n, yAxisIndex: n, data: panel[key], symbol, symbolSize: key === 'best' ? 11 : key === 'asked' ? [14, 1.6] : 7, itemStyle: { color: colour },
        lineStyle: { width: key === 'best' ? 1 : 1.6, type: key === 'asked' ? 'dashed' : 'solid' },
      }))),
    };
  },

  prices(data, state, look, wide) {
    const good = data.goods[state.good ?? 0];
    return {
      grid: { left: 52, right: 14, top: 76, bottom: 28 },
      legend: { data: good.lines.map((line) => line.name), top: 0, left: 0, itemWidth: 18, selectedMode: false, textStyle: { color: look.ink, fontSize: 11.5 }, formatter: (text) => short(text, wide < 620 ? 16 : 30) },
      xAxis: { ...axis(look), type: 'category', data: data.years.map(String), boundaryGap: false },
      yAxis: { ...axis(look), type: 'value', name: 'USD/kg', nameGap: 8, min: 0 },
      tooltip: { trigger: 'axis', formatter: (found) => lines(found[0].axisValue, good.lines.flatMap((line) => {
        const i = found[0].dataIndex, [value, mark] = line.marked[i] ?? [line.values[i], ''];
        return value === null || value === undefined ? [] : [`${line.name}: ${figures(value)} USD/kg${mark && `, ${mark}`}`];
      })) },
      series: [...grey(data.grey, data.years, look), ...good.lines.flatMap((line, i) => [
        { name: line.name, type: 'line', data: line.values, symbol: SYMBOLS[i], symbolSize: 5, itemStyle: { color: ofCountry(line.colour, look) }, lineStyle: { width: 1.8 } },
        { name: `${line.name}, marked`, type: 'line', data: line.values.map((_, at) => line.marked[at] ? (line.marked[at][1] === 'scarce' ? good.top : 0) : null), symbol: 'triangle', symbolSize: 9, itemStyle: { color: ofCountry(line.colour, look) }, lineStyle: { width: 0 } },
      ])],
    };
  },
};
