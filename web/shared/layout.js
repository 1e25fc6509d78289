// Where to draw each node: d3-force, run in slices so that the page stays alive meanwhile.

const SLICE_MS = 30;

async function d3Force() {
  // Each file adds itself to `window.d3` and needs those before it.
  await import("/vendor/d3-dispatch-3.0.1/d3-dispatch.min.js");
  await import("/vendor/d3-quadtree-3.0.1/d3-quadtree.min.js");
  await import("/vendor/d3-timer-3.0.1/d3-timer.min.js");
  await import("/vendor/d3-force-3.0.0/d3-force.min.js");
  return window.d3;
}

const pause = () => new Promise((resume) => setTimeout(resume));

/**
 * The place `{ x, y }` of each node by its id, the same for the same graph; none ever comes once `signal` says to stop.
 * Large graphs get fewer steps: 300 up to 300 nodes, 80 at 2,000.
 */
export async function forceLayout(nodes, edges, signal) {
  const d3 = await d3Force();
  const points = nodes.map(({ id }) => ({ id }));
  const steps = Math.round(Math.min(300, Math.max(80, 90000 / nodes.length)));
  const room = nodes.length <= 80 ? 44 : nodes.length <= 300 ? 26 : 14;
  const simulation = d3
    .forceSimulation(points)
    .alphaDecay(1 - 0.001 ** (1 / steps))
    .force(
      "link",
      d3
        .forceLink(edges.map((edge) => ({ ...edge })))
        .id((point) => point.id)
        .distance(room * 1.8),
    )
    .force(
      "charge",
      d3
        .forceManyBody()
        .strength(-9 * room)
        .distanceMax(room * 25),
    )
    .force("x", d3.forceX().strength(0.06))
    .force("y", d3.forceY().strength(0.08)) // labels are wide: a little more width than height reads better
    .force("collide", d3.forceCollide(room))
    .stop();
  let sliceEnds = performance.now() + SLICE_MS;
  for (let step = 0; step < steps; step++) {
    if (performance.now() > sliceEnds) {
      await pause();
      sliceEnds = performance.now() + SLICE_MS;
    }
    if (signal.aborted) return new Promise(() => {});
    simulation.tick();
  }
  return new Map(points.map(({ id, x, y }) => [id, { x, y }]));
}

const MARGIN = { x: 64, top: 24, bottom: 52 };

/** Where each node stands, by its id, when the `places` of a layout fill a ground of this size. */
export function filling(places, groundWidth, groundHeight) {
  const [xs, ys] = [[...places.values()].map(({ x }) => x), [...places.values()].map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = Math.max(1, groundWidth - 2 * MARGIN.x);
  const height = Math.max(1, groundHeight - MARGIN.top - MARGIN.bottom);
  // Not so far apart that a handful of nodes looks lost, nor so unlike the layout that its shape is.
  const [fitX, fitY] = [
    Math.min(2, width / Math.max(1, right - left)),
    Math.min(2, height / Math.max(1, bottom - top)),
  ];
  const [scaleX, scaleY] = [Math.min(fitX, 1.8 * fitY), Math.min(fitY, 1.8 * fitX)];
  return (id) => {
    const { x, y } = places.get(id);
    return {
      x: MARGIN.x + width / 2 + (x - (left + right) / 2) * scaleX,
      y: MARGIN.top + height / 2 + (y - (top + bottom) / 2) * scaleY,
    };
  };
}
