'use strict';
/* The flow of one year and the map; as in charts.js. */
Object.assign(drawings, {
  chain(data, state, look, wide) {
    const plan = data.plans[state.plan ?? 0];
    const narrow = wide < 620;
    const all = plan.years[state.year] || [];
    const flows = reaching(plan.nodes, all, data.buyers[state.buyer ?? 0]);
    const colour = (node) => ofCountry(node.colour, look);
    const total = flows.filter(([, b]) => plan.nodes[b].use).reduce((sum, [, , t]) => sum + t, 0);
    const least = Math.max(...flows.map(([, , t]) => t), 0) * 1e-4;
    const drawn = flows.filter(([, , t]) => t > least);
    const there = new Set(drawn.flatMap(([a, b]) => [a, b]));
    const last = plan.columns.length - 1;
    const right = narrow ? 62 : 120;
    const weight = new Map();
    for (const [a, b, t] of drawn) { weight.set(a, [(weight.get(a) || [0, 0])[0] + t, (weight.get(a) || [0, 0])[1]]); weight.set(b, [(weight.get(b) || [0, 0])[0], (weight.get(b) || [0, 0])[1] + t]); }
    const biggest = Math.max(...[...weight.values()].map((w) => Math.max(...w)), 1e-9);
    const caption = (n) => {
      const node = plan.nodes[n];
      if (Math.max(...weight.get(n)) < biggest * 0.008) return '';
      const text = narrow ? short(node.code, 4) : short(node.name, 16);
      return node.again ? `${text} (scrap)` : text;
    };
    const span = wide - right - 4;
    const size10 = narrow ? 11 : 12, room = span / Math.max(1, last) - 8;
    const heads = plan.columns.map((text) => wrapped(text, Math.max(5, Math.floor(room / (size10 * 0.62)))));
    const head = Math.max(...heads.map((text) => text.split('\n').length)) * (size10 + 3);
    return {
      title: drawn.length ? heads.map((text, i) => ({
        text, left: 2 + (span - 12) * i / Math.max(1, last), top: 4, padding: 0, textStyle: { fontSize: size10, lineHeight: size10 + 3, fontWeight: 600, color: look.muted },
      })) : [{ text: 'Nothing moves in this year.', left: 0, top: 30, textStyle: { fontSize: 13, fontWeight: 400, color: look.muted } }],
      tooltip: {
        trigger: 'item',
        formatter: (p) => {
          if (p.dataType === 'edge') {
            const [a, b] = [plan.nodes[p.data.source], plan.nodes[p.data.target]];
            return lines(`${a.name} → ${b.name}`, [`${a.column} to ${b.column}`, `${figures(p.data.value)} t/yr of ${data.measure}`, ...(total ? [`${number(100 * p.data.value / total, 1)} % of what is used in the end`] : [])]);
          }
          const [out, into] = weight.get(Number(p.name));
          return lines(`${plan.nodes[p.name].name}: ${plan.nodes[p.name].column}`, [...(into ? [`In: ${figures(into)} t/yr`] : []), ...(out ? [`Out: ${figures(out)} t/yr`] : [])]);
        },
      },
      series: [{
        type: 'sankey', left: 2, right, top: 10 + head, bottom: 8, nodeWidth: 12, nodeGap: narrow ? 5 : 7, draggable: false, layoutIterations: 48, emphasis: { focus: 'adjacency' },
        data: [...there].sort((a, b) => a - b).map((n) => ({
          name: String(n), depth: plan.nodes[n].depth, itemStyle: { color: colour(plan.nodes[n]), decal: plan.nodes[n].again ? pattern(1, look) : undefined },
        })),
        links: drawn.map(([a, b, t]) => ({ source: String(a), target: String(b), value: t })),
        lineStyle: { color: 'source', opacity: 0.28, curveness: 0.5 }, label: { formatter: (p) => caption(Number(p.name)), color: look.ink, fontSize: narrow ? 11 : 11.5, textBorderColor: look.paper, textBorderWidth: 2 },
      }],
    };
  },

  world(data, state, look, wide) {
    const plan = data.plans[state.plan ?? 0];
    const here = (row) => row[0] === state.stage && row[row.length - 2] === state.year;
    const made = plan.made.filter(here), moved = plan.moved.filter(here);
    const most = Math.max(...plan.made.filter((row) => row[0] === state.stage).map((row) => row[3]), 1e-9);
    const strongest = Math.max(...plan.moved.filter((row) => row[0] === state.stage).map((row) => row[4]), 1e-9);
    const largest = wide < 620 ? 22 : 44;
    const strong = moved.filter((row) => row[4] > strongest * 1e-3);
    const makes = new Set(made.filter((row) => row[3] > 0).map((row) => row[1]));
    const takes = [...new Set(strong.map((row) => row[2]))].filter((place) => !makes.has(place));
    const height = Math.max(190, Math.min(470, wide * 0.47));
    const boxed = data.places.map((place, i) => [place, i]).filter(([place]) => place.group);
    const scale = Math.min(wide / 267, (height - 8) / 132); // pixels of a degree of latitude; one of longitude is three quarters of it
    const below = 44; // pixels of the box under the map
    const spot = (i) => {
      const n = boxed.findIndex(([, at]) => at === i);
      return n < 0 ? data.places[i].at : [10 + (n + 0.5 - boxed.length / 2) * Math.min(62, 330 / boxed.length), -54 - (below / 2 + 6) / scale];
    };
    const size = 11, kept = new Map(); // labels of the largest, each where it hides none of those before
    const ends = made.filter((row) => row[3] > 0).sort((x, y) => y[3] - x[3]).map(([, place, , t]) => [place, Math.max(4, largest * Math.sqrt(t / most))]);
    for (const [place, across] of [...ends, ...takes.map((place) => [place, 5])]) {
      const [x, y] = [spot(place)[0] * 0.75 * scale + across / 2, -spot(place)[1] * scale];
      const box = [x, x + 10 + data.places[place].code.slice(0, 6).length * size * 0.85, y - size * 0.8, y + size * 0.8];
      if ([...kept.values()].every((b) => box[1] < b[0] || b[1] < box[0] || box[3] < b[2] || b[3] < box[2])) kept.set(place, box);
    }
    const mark = (place) => ({
      show: kept.has(place), formatter: () => short(data.places[place].code, 6), position: 'right', color: look.ink, fontSize: size, textBorderColor: look.paper, textBorderWidth: 2,
    });
    return {
      height: height + (boxed.length ? below + 6 : 0),
      geo: {
        map: 'land', left: 0, right: 0, top: 4, bottom: 4 + (boxed.length ? below + 6 : 0), silent: true, roam: false, boundingCoords: [[-168, 78], [188, -54]],
        itemStyle: { areaColor: look.land, borderColor: look.land, borderWidth: 0.3 },
      },
      tooltip: {
        trigger: 'item',
        formatter: (p) => p.seriesType === 'lines'
          ? lines(`${data.places[p.data.ends[0]].name} → ${data.places[p.data.ends[1]].name}`, [`${figures(p.data.t)} t/yr of ${data.measure}`])
          : lines(p.data.place.name, [p.data.t ? `makes ${figures(p.data.t)} t/yr of ${data.measure}` : 'makes none of it, and is sent some']),
      },
      series: [
        {
          type: 'custom', coordinateSystem: 'geo', silent: true, data: boxed.length ? [[0, 0]] : [],
          renderItem: () => ({
            type: 'group', children: [
              { type: 'rect', shape: { x: wide * 0.1, y: height + 4, width: wide * 0.8, height: below - 2 }, style: { fill: 'none', stroke: look.muted, lineWidth: 1 } },
              { type: 'text', style: { text: 'Groups', x: wide * 0.1 + 6, y: height + 8, fill: look.muted, font: `${size}px ${look.font}` } },
            ],
          }),
        },
        {
          type: 'lines', coordinateSystem: 'geo', zlevel: 0, symbol: ['none', 'arrow'], symbolSize: wide < 620 ? 5 : 7,
          lineStyle: { opacity: 0.65, curveness: 0.22 },
          data: strong.map(([, o, d, , t]) => ({
            coords: [spot(o), spot(d)], ends: [o, d], t, lineStyle: { color: ofCountry(data.places[o].colour, look), width: 0.5 + (wide < 620 ? 3 : 6) * t / strongest },
          })),
        },
        {
          type: 'scatter', coordinateSystem: 'geo', zlevel: 0, z: 5, itemStyle: { opacity: 0.85, borderColor: look.paper, borderWidth: 1 },
          data: made.filter((row) => row[3] > 0).map(([, place, , t]) => ({
            value: spot(place), place: data.places[place], t, symbolSize: Math.max(4, largest * Math.sqrt(t / most)),
            itemStyle: { color: ofCountry(data.places[place].colour, look) }, label: mark(place),
          })),
        },
        {
          type: 'scatter', coordinateSystem: 'geo', zlevel: 0, z: 5, symbolSize: 5, itemStyle: { color: look.paper, borderColor: look.muted, borderWidth: 1.3 },
          data: takes.map((place) => ({ value: spot(place), place: data.places[place], t: 0, label: mark(place) })),
        },
      ],
    };
  },
});

/* Words in lines of so many letters; a longer word is broken, nothing is cut. */
function wrapped(text, most) {
  const found = [''];
  for (const word of text.split(' ')) {
    for (const part of Array.from({ length: Math.ceil(word.length / most) }, (_, i) => word.slice(i * most, (i + 1) * most))) {
      const line = found[found.length - 1];
      if (!line) found[found.length - 1] = part;
      else if (line.length + 1 + part.length <= most) found[found.length - 1] = `${line} ${part}`;
      else found.push(part);
    }
  }
  return found.join('\n');
}

/* The part of each flow that reaches some regions' final use: back through the chain, by proportional mixing. */
function reaching(nodes, flows, regions) {
  if (!regions.length) return flows;
  const out = new Map(), part = new Map(), kept = [];
  for (const [a, , t] of flows) out.set(a, (out.get(a) || 0) + t);
  const wanted = (n) => (nodes[n].use ? Number(regions.includes(nodes[n].code)) : (part.get(n) || 0) / (out.get(n) || 1));
  for (const [a, b, t] of [...flows].sort((x, y) => nodes[y[0]].depth - nodes[x[0]].depth)) {
    const mine = t * wanted(b);
    if (mine > 0) {
      part.set(a, (part.get(a) || 0) + mine);
      kept.push([a, b, mine]);
    }
  }
  return kept;
}
