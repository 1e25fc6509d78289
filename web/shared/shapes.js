// The shape of each kind of node, so that colour alone never tells kinds apart.

const turn = (sides, from = -90, radius = (_i) => 1) =>
  Array.from({ length: sides }, (_, i) => {
    const angle = ((from + (360 * i) / sides) * Math.PI) / 180;
    return [Math.cos(angle) * radius(i), Math.sin(angle) * radius(i)];
  });

const POLYGONS = {
  structure: turn(4, 45, () => 1.2),
  keyword: turn(4),
  partner: turn(3),
  public: turn(6),
  dimension: turn(5),
  initiator: turn(8, -90, (i) => (i % 2 ? 0.45 : 1.1)),
  territory: turn(3, 90),
  department: turn(10, -90, (i) => (i % 2 ? 0.5 : 1.1)),
  region: turn(12, -90, (i) => (i % 2 ? 0.6 : 1.1)),
};

/** The corners of a kind's shape in the unit circle, "x y x y…" as Cytoscape takes them; null for a disc. */
export function shapePoints(kind) {
  const within = (value) => Math.max(-1, Math.min(1, value)).toFixed(3);
  return POLYGONS[kind]?.flat().map(within).join(" ") ?? null;
}

/** The path of a kind's shape around (`x`, `y`), as SVG takes it. */
export function shapePath(kind, radius, x = 0, y = 0) {
  const at = (...values) => values.map((value) => value.toFixed(1)).join(" ");
  const corners = POLYGONS[kind];
  if (corners) return `M${corners.map(([cx, cy]) => at(x + cx * radius, y + cy * radius)).join("L")}Z`;
  const half = (width) => `a${at(radius, radius)} 0 1 0 ${at(width, 0)}`;
  return `M${at(x - radius, y)}${half(2 * radius)}${half(-2 * radius)}Z`;
}
