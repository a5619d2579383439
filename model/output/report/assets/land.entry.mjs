import { readFileSync, writeFileSync } from 'node:fs';
import { feature } from 'topojson-client';
const topo = JSON.parse(readFileSync('node_modules/world-atlas/land-110m.json', 'utf8'));
const rings = [];
for (const f of feature(topo, topo.objects.land).features ?? [feature(topo, topo.objects.land)]) {
  const g = f.geometry, polys = g.type === 'Polygon' ? [g.coordinates] : g.coordinates;
  for (const poly of polys) {
    let last = null, turn = 0;
    const ring = poly[0].map(([x, y], i, all) => { const step = i ? x - all[i - 1][0] : 0; turn += step > 180 ? -360 : step < -180 ? 360 : 0; return [x + turn, y]; }).map(([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]).filter(p => { const keep = !last || p[0] !== last[0] || p[1] !== last[1]; last = p; return keep; });
    if (ring.reduce((sum, p) => sum + p[0], 0) / ring.length < -180) for (const p of ring) p[0] = Math.round((p[0] + 360) * 10) / 10;
    const ys = ring.map(p => p[1]);
    if (ring.length > 3 && Math.max(...ys) > -60) rings.push(ring);
  }
}
writeFileSync('land.json', JSON.stringify(rings) + '\n');
console.log(rings.length, rings.reduce((n, r) => n + r.length, 0));
