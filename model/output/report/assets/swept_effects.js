'use strict';
/* What each factor of a sweep does, and the regret of each plan; as in charts.js. */
const plus = (value) => (value > 0 ? '+' : value < 0 ? '−' : '');
const signed = (value) => `${plus(value)}${figures(Math.abs(value))}`;

Object.assign(drawings, {
  tornado(data, state, look, wide) {
    const one = data.outcomes[state.outcome], bars = data.bars[state.policy ?? 0][state.outcome], narrow = wide < 620;
    const base = bars.length ? bars[0][4] : 0;
    const label = (bar) => `${short(bar[0], narrow ? 22 : 46)}${bar[3] === null || bar[5] === null ? ' ✕' : ''}`;
    const side = (k) => bars.map((bar) => (bar[k] === null || bar[4] === null ? null : bar[k] - bar[4]));
    const ends = (bar) => [bar[1] || 'as it is', bar[2]].map((text) => (Number.isFinite(Number(text)) ? Number(Number(text).toPrecision(4)).toString() : short(text, 24)));
    const head = base === null ? 'The base case failed.' : `${bars.length ? '' : 'No factor moves it. '}Base: ${withUnit(base, one.unit)}; below: change from it${one.unit === 'year' ? ', years' : `, ${one.unit}`}`;
    return {
      height: 78 + 25 * bars.length,
      title: small(look, short(head, Math.floor(wide / 7)), 0, 4),
      grid: { left: narrow ? 152 : 300, right: narrow ? 16 : 110, top: 56, bottom: 8 },
      xAxis: { ...axis(look), type: 'value', position: 'top', splitNumber: narrow ? 3 : 6, axisLabel: { ...axis(look).axisLabel, formatter: (v) => `${plus(v)}${tick(Math.abs(v))}` } },
      yAxis: names(look, bars.map(label), 60, narrow ? 144 : 292),
      tooltip: {
        trigger: 'axis', axisPointer: { type: 'shadow' },
        formatter: (p) => {
          const bar = bars[p[0].dataIndex], [low, high] = ends(bar);
          return lines(bar[0], [`at low (${low}): ${withUnit(bar[3], one.unit)}`, `base: ${withUnit(bar[4], one.unit)}`, `at high (${high}): ${withUnit(bar[5], one.unit)}`]);
        },
      },
      series: [
        {
          name: 'at high', type: 'bar', barWidth: 15, itemStyle: { color: look.series[0] }, data: side(5), z: 2,
          markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: look.ink, type: 'solid', width: 1.2 }, data: [{ xAxis: 0 }] },
        },
        { name: 'at low', type: 'bar', barWidth: 15, barGap: '-100%', itemStyle: { color: look.series[1], decal: pattern(1, look) }, z: 3, data: side(3).map((v, i) => (v !== null && v * (side(5)[i] ?? 0) > 0 ? { value: v, itemStyle: { opacity: 0.75 } } : v)) },
        ...(narrow ? [] : [{
          type: 'scatter', symbolSize: 0, silent: true, z: 1, data: bars.map((bar, i) => [Math.max(0, side(3)[i] ?? 0, side(5)[i] ?? 0), i]),
          label: { show: true, position: 'right', color: look.muted, fontSize: 10.5, formatter: (p) => short(ends(bars[p.dataIndex]).join(' to '), 22) },
        }]),
      ],
    };
  },

  turnover(data, state, look, wide) {
    const rows = data.plants[state.policy ?? 0], narrow = wide < 620;
    return {
      height: 44 + 23 * Math.max(1, rows.length),
      title: rows.length ? undefined : small(look, 'No plant enters or leaves.', 0, 20),
      grid: { left: narrow ? 140 : 210, right: 30, top: 30, bottom: 8 },
      xAxis: { ...axis(look), type: 'value', position: 'top', minInterval: 1, boundaryGap: ['12%', '4%'], axisLabel: { ...axis(look).axisLabel, formatter: (v) => String(Math.abs(v)) } },
      yAxis: names(look, rows.map((r) => r[0]), narrow ? 20 : 32, narrow ? 132 : 202),
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (p) => lines(p[0].name, [`enters in ${rows[p[0].dataIndex][1]} of ${rows[p[0].dataIndex][3]} cases`, `leaves in ${rows[p[0].dataIndex][2]}`]) },
      series: [
        { name: 'enters', type: 'bar', stack: 'n', barMaxWidth: 15, itemStyle: { color: look.series[0] }, data: rows.map((r) => r[1]), label: { show: true, position: 'insideRight', color: look.paper, fontSize: 10.5, formatter: (p) => p.value || '' } },
        { name: 'leaves', type: 'bar', stack: 'n', itemStyle: { color: look.series[1], decal: pattern(1, look) }, data: rows.map((r) => -r[2]), label: { show: true, position: 'left', color: look.ink, fontSize: 10.5, formatter: (p) => (p.value ? -p.value : '') } },
      ],
    };
  },

  sobol(data, state, look, wide) {
    const rows = data.indices[state.policy ?? 0][state.outcome], narrow = wide < 620;
    const ends = rows.flatMap((r) => [r[1] - r[2], r[1] + r[2], r[3] - r[4], r[3] + r[4]]);
    const draw = (_, api) => {
      const row = rows[api.value(1)], children = [];
      [[row[1], row[2], -5, look.series[0]], [row[3], row[4], 5, look.series[5]]].forEach(([value, half, shift, colour], k) => {
        const at = (v) => api.coord([v, api.value(1)])[0], y = api.coord([0, api.value(1)])[1] + shift;
        const stroke = { stroke: colour, lineWidth: 1.6 };
        children.push({ type: 'line', shape: { x1: at(value - half), y1: y, x2: at(value + half), y2: y }, style: stroke });
        for (const end of [value - half, value + half]) children.push({ type: 'line', shape: { x1: at(end), y1: y - 3, x2: at(end), y2: y + 3 }, style: stroke });
        const x = at(value);
        children.push(k === 0
          ? { type: 'circle', shape: { cx: x, cy: y, r: 4 }, style: { fill: colour } }
          : { type: 'polygon', shape: { points: [[x, y - 5], [x + 5, y], [x, y + 5], [x - 5, y]] }, style: { fill: look.paper, stroke: colour, lineWidth: 1.6 } });
      });
      return { type: 'group', children };
    };
    return {
      height: 56 + 32 * Math.max(1, rows.length),
      title: rows.length ? undefined : small(look, 'This outcome does not vary.', 0, 20),
      grid: { left: narrow ? 140 : 300, right: 20, top: 30, bottom: 8 },
      xAxis: { ...axis(look), type: 'value', position: 'top', min: Math.min(0, Math.floor(Math.min(...ends, 0) * 5) / 5), max: Math.max(1, Math.ceil(Math.max(...ends, 0) * 5) / 5), splitNumber: narrow ? 3 : 6, axisLabel: { ...axis(look).axisLabel, formatter: (v) => Number(v.toFixed(2)).toString() } },
      yAxis: names(look, rows.map((r) => r[0]), narrow ? 20 : 46, narrow ? 132 : 292),
      tooltip: { trigger: 'item', formatter: (p) => { const r = rows[p.value[1]]; return lines(r[0], [`● first order: ${r[1].toFixed(2)} ± ${r[2].toFixed(2)}`, `◇ total: ${r[3].toFixed(2)} ± ${r[4].toFixed(2)}`]); } },
      series: [{ type: 'custom', renderItem: draw, data: rows.map((r, i) => [r[1], i]), encode: { x: 0, y: 1 }, clip: false }],
    };
  },

  weak(data, state, look, wide) {
    const rows = data.bars[state.policy ?? 0], narrow = wide < 620;
    return {
      height: 50 + 25 * Math.max(1, rows.length),
      grid: { left: narrow ? 152 : 300, right: narrow ? 60 : 150, top: 28, bottom: 8 },
      xAxis: { ...axis(look), type: 'value', position: 'top', splitNumber: narrow ? 3 : 5 },
      yAxis: names(look, rows.map((r) => r[0]), narrow ? 22 : 46, narrow ? 144 : 292),
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (p) => { const r = rows[p[0].dataIndex]; return lines(r[0], [`${figures(r[1])} ${data.unit}: pedigree ${r[3]} x ${figures(r[2])} ${data.unit}`, r[4] === 'yes' ? 'a plant enters or leaves' : r[4] === 'no' ? 'no plant enters or leaves' : 'unknown: cases failed']); } },
      series: [{
        type: 'bar', barMaxWidth: 15, label: { show: true, position: 'right', color: look.ink, fontSize: 11, formatter: (p) => (narrow ? figures(p.value) : `${figures(p.value)} = ${rows[p.dataIndex][3]} x ${figures(rows[p.dataIndex][2])}`) },
        data: rows.map((r) => ({ value: r[1], itemStyle: r[4] === 'yes' ? { color: look.series[0] } : { color: look.paper, borderColor: look.series[0], borderWidth: 1.5 } })),
      }],
    };
  },

  regret(data, state, look, wide) {
    const group = data.groups[state.group ?? 0], which = state.quantity, narrow = wide < 620, size = group.names.length;
    const values = group.cells.map((c) => c[2 + which]).filter((v) => v !== null), top = Math.max(...values, 1e-9);
    const left = labelWidth(group.names.map((n, i) => `${i + 1}  ${n}`), narrow ? 130 : 280);
    const each = Math.min((wide - left - 6) / size, 96), high = 30;
    const worse = (c) => c[5] === 1;
    const draw = (_, api) => {
      const cell = group.cells[api.value(2)], value = cell[2 + which], own = cell[0] === cell[1];
      const shade = value === null || own ? null : value < 0 ? parts(look.paper) : mixed(look, value / top);
      const text = own ? '·' : value === null ? '–' : `${value < 0 ? '−' : ''}${brief(Math.abs(value), '')}${worse(cell) ? ' ▲' : ''}`;
      return field(api, [api.value(0), api.value(1)], api.size([1, 1]), shade, api.size([1, 1])[0] < text.length * 5.6 + 5 && worse(cell) && !own && value !== null ? '▲' : text, false, look);
    };
    return {
      height: 44 + high * size,
      grid: { left, top: 30, width: each * size, height: high * size },
      xAxis: { ...axis(look), type: 'category', position: 'top', data: group.names.map((_, i) => String(i + 1)), splitLine: { show: false }, axisLabel: { color: look.ink, fontSize: 11.5, interval: 0 } },
      yAxis: names(look, group.names.map((n, i) => `${i + 1}  ${n}`), narrow ? 20 : 44, left - 8),
      tooltip: {
        trigger: 'item',
        formatter: (p) => {
          const c = group.cells[p.value[2]];
          return lines(`Made for: ${group.names[c[1]]}`, [`Comes true: ${group.names[c[0]]}`, ...(c[0] === c[1] ? ['its own: no regret'] : c[2] === null ? ['no solution'] : [`${signed(c[2])} ${data.unit}`, `${signed(c[3])} points at the worst target, ${signed(c[4])} t of goods not served`])]);
        },
      },
      series: [{ type: 'custom', renderItem: draw, data: group.cells.map((c, i) => [c[0], c[1], i]), encode: { x: 0, y: 1 } }],
    };
  },
});
