'use strict';
/* What waiting costs by year, and what can wait until when; as in charts.js. */
Object.assign(drawings, {
  waiting(data, state, look, wide) {
    const top = Math.max(...data.values.map((v) => v ?? 0), 0.1), said = (value) => (Math.abs(value) < 0.05 ? '0' : number(value, Math.abs(value) < 100 ? 1 : 0));
    const label = (text) => ({ show: true, position: 'top', formatter: text, color: look.ink, fontSize: wide < 620 ? 9.5 : 11 });
    const kept = wide < 620 ? 2 : 1; // every second figure where there is little room
    const first = data.values.findIndex((v) => v === null), much = data.values.length - first, at = first + Math.floor((much - 1) / 2);
    return {
      grid: { left: 56, right: 10, top: 40, bottom: 28 },
      xAxis: { ...axis(look), type: 'category', data: data.years.map((y, i) => (i === data.years.length - 1 ? 'never' : String(y))) },
      yAxis: { ...axis(look), type: 'value', name: data.unit, nameGap: 12, min: Math.min(0, ...data.values.map((v) => v ?? 0)), max: ceiling(top * 1.08), splitNumber: 4 },
      tooltip: {
        trigger: 'axis', axisPointer: { type: 'shadow' },
        formatter: (found) => {
          const i = found[0].dataIndex, last = i === data.years.length - 1;
          return lines(last ? 'Nothing decided at all' : `Nothing decided before ${data.years[i]}`, [data.values[i] === null ? 'targets are missed that the plan holds' : `${figures(data.values[i])} ${data.unit} more than the plan`]);
        },
      },
      series: [
        { type: 'bar', barMaxWidth: 26, itemStyle: { color: look.series[0] }, data: data.values.map((value, i) => ({ value, label: value === null || (data.values.length - i) % kept ? { show: false } : label(said(value)) })) },
        {
          type: 'bar', barGap: '-100%', barCategoryGap: '8%', itemStyle: { color: `${look.missed}2a` },
          data: data.values.map((v, i) => ({ value: v === null ? ceiling(top * 1.08) : null, label: i === at ? { show: true, position: 'insideTop', distance: 6, formatter: much * wide / data.years.length > 130 ? 'targets missed' : 'missed', color: look.missed, fontSize: 11, fontWeight: 600 } : undefined })),
        },
      ],
    };
  },

  waits(data, state, look, wide) {
    const narrow = wide < 620, left = narrow ? 132 : 290, right = narrow ? 46 : 74, end = data.last + 1;
    const rows = data.rows;
    const draw = (_, api) => {
      const row = rows[api.value(1)], colour = row.stage < 0 ? look.ink : look.series[row.stage % 8];
      const at = (year) => api.coord([year, api.value(1)])[0], middle = (year) => (at(year) + at(year + 1)) / 2;
      const y = api.coord([data.first, api.value(1)])[1];
      const from = middle(row.planned), to = row.latest === null ? at(end) : middle(row.latest), r = 5;
      const parts = [{ type: 'line', shape: { x1: from, y1: y, x2: to, y2: y }, style: { stroke: colour, lineWidth: row.latest === null ? 2 : 6, lineDash: row.latest === null ? [4, 4] : undefined, opacity: row.latest === null ? 0.9 : 0.6 } }];
      if (row.latest !== null) parts.push({ type: 'rect', shape: { x: to - 2, y: y - 8, width: 4, height: 16 }, style: { fill: colour } });
      parts.push({ type: 'polygon', shape: { points: [[from, y - r], [from + r, y], [from, y + r], [from - r, y]] }, style: { fill: look.ink, stroke: look.paper, lineWidth: 1 } });
      const said = row.latest === null ? 'never' : String(row.latest);
      parts.push({ type: 'text', style: { text: said, x: at(end) + 6, y, align: 'left', verticalAlign: 'middle', fill: look.ink, font: `${narrow ? 11 : 12}px ${look.font}` } });
      return { type: 'group', children: parts };
    };
    const ys = names(look, rows.map((_, i) => String(i)), 99, left - 12);
    return {
      height: 54 + 24 * rows.length,
      grid: { left, right, top: 28, bottom: 6 },
      xAxis: { ...axis(look), type: 'value', min: data.first, max: end, position: 'top', interval: narrow ? 5 : 2, axisLabel: { color: look.muted, fontSize: 11, formatter: (year) => (year > data.last ? '' : String(year)) } },
      yAxis: { ...ys, axisLabel: { ...ys.axisLabel, fontWeight: 400, formatter: (i) => (rows[i] ? short(rows[i].name, narrow ? 20 : 44) : '') } },
      tooltip: { trigger: 'item', formatter: (p) => { const row = rows[p.value[1]]; return lines(row.name, [`Planned: ${row.planned}`, row.latest === null ? 'need never be decided: others can take its place' : `At the latest: ${row.latest}`, `Waiting so long costs ${figures(row.usd / 1e6)} m USD`]); } },
      series: [{ type: 'custom', renderItem: draw, data: rows.map((row, i) => [row.planned, i]), clip: false, encode: { x: 0, y: 1 } }],
    };
  },
});
